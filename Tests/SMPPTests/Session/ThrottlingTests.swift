import Testing

@testable import SMPP

/// Too fast: everything pauses, the refused message goes first, alone, and order stays.
struct ThrottlingTests {
    private func submit(_ session: inout ESMESession, _ texts: String, from first: Int64 = 1) {
        for (index, text) in texts.enumerated() {
            _ = session.submit(.text(String(text)), token: SubmitToken(rawValue: first + Int64(index)), now: 0)
        }
    }

    private func pauseEnd(_ actions: [ESMESession.Action]) throws -> Milliseconds {
        guard case .paused(let end)? = actions.first, actions.count == 1 else {
            Issue.record("\(actions)")
            return 0
        }
        return end
    }

    @Test(arguments: [CommandStatus.throttled, .messageQueueFull])
    func `one refusal pauses the connector and the message goes first`(status: CommandStatus) throws {
        var session = try boundSession()
        submit(&session, "ab")
        let end = try pauseEnd(session.received(.submitResponse(2, status), now: 100))
        #expect((600...1_100).contains(end))
        #expect(session.room == 0)
        #expect(session.submit(.text("c"), token: 3, now: 100) == [.returned(3)])
        // What was under way may still be answered.
        #expect(session.received(.submitResponse(3, id: "b"), now: 200) == [.submitted(2, messageID: "b")])
        #expect(session.nextDeadline == end)
        #expect(session.tick(now: end - 1) == [])
        #expect(session.tick(now: end) == [.resumed, .send(PDU(.submitSM(.text("a")), sequence: 4))])
        #expect(session.room == 0)
        #expect(session.received(.submitResponse(4, id: "a"), now: end + 1) == [.submitted(1, messageID: "a")])
        #expect(session.room == 10)
    }

    @Test func `all that was refused goes again in order, after the first was taken`() throws {
        var session = try boundSession()
        submit(&session, "abc")
        let end = try pauseEnd(session.received(.submitResponse(3, .throttled), now: 0))
        #expect(session.received(.submitResponse(2, .throttled), now: 0) == [])
        #expect(session.received(.submitResponse(4, .throttled), now: 0) == [])
        #expect(session.tick(now: end) == [.resumed, .send(PDU(.submitSM(.text("a")), sequence: 5))])
        #expect(
            session.received(.submitResponse(5, id: "1"), now: end)
                == [
                    .submitted(1, messageID: "1"), .send(PDU(.submitSM(.text("b")), sequence: 6)),
                    .send(PDU(.submitSM(.text("c")), sequence: 7))
                ])
    }

    @Test func `a pause doubles while it lasts, and starts small again`() throws {
        var session = try boundSession { $0.throttleBackoff = Backoff(first: 1_000, longest: 8_000) }
        submit(&session, "a")
        var now: Milliseconds = 0
        var sequence: UInt32 = 2
        var waits: [Milliseconds] = []
        for _ in 0..<5 {
            let end = try pauseEnd(session.received(.submitResponse(sequence, .throttled), now: now))
            waits.append(end - now)
            now = end
            sequence += 1
            #expect(session.tick(now: now) == [.resumed, .send(PDU(.submitSM(.text("a")), sequence: sequence))])
        }
        for (wait, longest) in zip(waits, [1_000, 2_000, 4_000, 8_000, 8_000]) {
            #expect((Int64(longest) / 2...Int64(longest)).contains(wait))
        }
        #expect(session.received(.submitResponse(sequence), now: now) == [.submitted(1, messageID: "")])
        _ = session.submit(.text("b"), token: 2, now: now)
        let end = try pauseEnd(session.received(.submitResponse(sequence + 1, .throttled), now: now))
        #expect(end - now <= 1_000)
    }

    @Test func `the probe waits until the window is empty`() throws {
        var session = try boundSession()
        submit(&session, "ab")
        let end = try pauseEnd(session.received(.submitResponse(2, .throttled), now: 0))
        #expect(session.tick(now: end) == [.resumed])
        #expect(
            session.received(.submitResponse(3, .invalidDestination), now: end)
                == [
                    .refused(2, .invalidDestination, .failMessage),
                    .send(PDU(.submitSM(.text("a")), sequence: 4))
                ])
    }

    @Test func `what waits comes back when the session ends`() throws {
        for ending in 0..<3 {
            var session = try boundSession()
            submit(&session, "ab")
            _ = session.received(.submitResponse(2, .throttled), now: 0)
            switch ending {
            case 0:
                #expect(session.disconnected() == [.unknownOutcome(2), .returned(1)])
            case 1:
                #expect(session.unbind(now: 1) == [.returned(1)])
                // Refused while leaving: not kept, for nothing will be sent again.
                #expect(
                    session.received(.submitResponse(3, .throttled), now: 1)
                        == [.returned(2), .send(PDU(.unbind, sequence: 4))])
            default:
                #expect(
                    session.received(PDU(.unbind, sequence: 1), now: 1)
                        == [
                            .send(PDU(.unbindResponse, sequence: 1)), .unknownOutcome(2), .returned(1),
                            .close(.peerUnbound)
                        ])
            }
        }
    }
}
