import Testing

@testable import SMPP

/// Makes a session that the carrier has bound.
func boundSession(
    now: Milliseconds = 0, _ change: (inout ESMESession.Settings) -> Void = { _ in }
) throws -> ESMESession {
    var settings = ESMESession.Settings(bind: Bind(mode: .transceiver, systemID: "esme", password: "secret"))
    change(&settings)
    var session = try ESMESession(settings, jitterSeed: 1)
    #expect(session.connected(now: now) == [.send(PDU(.bind(settings.bind), sequence: 1))])
    let answer = PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: 1)
    #expect(session.received(answer, now: now) == [.bound])
    return session
}

extension ShortMessage {
    static func text(_ text: String) -> ShortMessage {
        ShortMessage(source: .none, destination: .international("491"), content: Array(text.utf8))
    }
}

extension PDU {
    static func submitResponse(_ sequence: UInt32, _ status: CommandStatus = .ok, id: String = "") -> PDU {
        PDU(.submitSMResponse(MessageResponse(messageID: id)), sequence: sequence, status: status)
    }
}

extension SubmitToken: ExpressibleByIntegerLiteral {
    /// For short tests.
    public init(integerLiteral value: Int64) {
        self.init(rawValue: value)
    }
}

struct ESMESessionTests {
    @Test func `bind, submit, answer`() throws {
        var session = try boundSession()
        #expect(session.isBound == true)
        #expect(session.room == 10)
        let sent = session.submit(.text("a"), token: 7, now: 0)
        #expect(sent == [.send(PDU(.submitSM(.text("a")), sequence: 2))])
        #expect(session.room == 9)
        #expect(session.received(.submitResponse(2, id: "3f"), now: 5) == [.submitted(7, messageID: "3f")])
        #expect(session.room == 10)
    }

    @Test func `nothing goes out before the bind stands`() throws {
        let settings = ESMESession.Settings(bind: Bind(mode: .transceiver, systemID: "e", password: "p"))
        var session = try ESMESession(settings, jitterSeed: 1)
        #expect(session.submit(.text("a"), token: 1, now: 0) == [.returned(1)])
        #expect(session.nextDeadline == nil)
        _ = session.connected(now: 0)
        #expect(session.room == 0)
        #expect(session.submit(.text("a"), token: 1, now: 0) == [.returned(1)])
        #expect(session.nextDeadline == 30_000)
        #expect(session.tick(now: 29_999) == [])
        #expect(session.tick(now: 30_000) == [.close(.bindTimedOut)])
        #expect(session.disconnected() == [])
    }

    @Test func `credentials that don't fit are refused at once`() {
        let settings = ESMESession.Settings(bind: Bind(mode: .transceiver, systemID: "e", password: "123456789"))
        #expect(throws: FieldError(field: .password, problem: .tooLong)) {
            _ = try ESMESession(settings, jitterSeed: 1)
        }
    }

    @Test(arguments: [
        (CommandStatus.invalidPassword, true), (.bindFailed, true), (.alreadyBound, true), (.systemError, false),
        (.throttled, false), (CommandStatus(rawValue: 0x500), false)
    ])
    func `a refused bind says how slowly to come again`(status: CommandStatus, slow: Bool) throws {
        let settings = ESMESession.Settings(bind: Bind(mode: .transceiver, systemID: "e", password: "p"))
        var session = try ESMESession(settings, jitterSeed: 1)
        _ = session.connected(now: 0)
        // An answer to something else is none.
        let stray = PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: 9)
        #expect(session.received(stray, now: 1) == [])
        let answer = PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: 1, status: status)
        #expect(session.received(answer, now: 1) == [.bindRefused(status, slow: slow), .close(.bindRefused(status))])
    }

    @Test func `generic_nack refuses a bind, too`() throws {
        let settings = ESMESession.Settings(bind: Bind(mode: .transceiver, systemID: "e", password: "p"))
        var session = try ESMESession(settings, jitterSeed: 1)
        _ = session.connected(now: 0)
        let nack = PDU(.genericNack, sequence: 1, status: .invalidCommandID)
        #expect(
            session.received(nack, now: 1)
                == [.bindRefused(.invalidCommandID, slow: false), .close(.bindRefused(.invalidCommandID))])
    }

    @Test func `the window bounds what is unanswered`() throws {
        var session = try boundSession { $0.window = 2 }
        _ = session.submit(.text("a"), token: 1, now: 0)
        _ = session.submit(.text("b"), token: 2, now: 0)
        #expect(session.submit(.text("c"), token: 3, now: 0) == [.returned(3)])
        // Answers may come in any order.
        #expect(session.received(.submitResponse(3, id: "b"), now: 1) == [.submitted(2, messageID: "b")])
        #expect(session.room == 1)
    }

    @Test(arguments: [
        (CommandStatus.invalidDestination, Disposition.failMessage), (.systemError, .retryWithBackoff),
        (CommandStatus(rawValue: 0x455), .retryWithBackoff)
    ])
    func `refusals carry what to do`(status: CommandStatus, disposition: Disposition) throws {
        var session = try boundSession()
        _ = session.submit(.text("a"), token: 1, now: 0)
        #expect(session.received(.submitResponse(2, status), now: 1) == [.refused(1, status, disposition)])
    }

    @Test func `a carrier's own table counts`() throws {
        let own = CommandStatus(rawValue: 0x455)
        var session = try boundSession { $0.dispositions = [own: .failMessage] }
        _ = session.submit(.text("a"), token: 1, now: 0)
        #expect(session.received(.submitResponse(2, own), now: 1) == [.refused(1, own, .failMessage)])
    }

    @Test func `generic_nack refuses the submit it names, and no other`() throws {
        var session = try boundSession()
        _ = session.submit(.text("a"), token: 1, now: 0)
        #expect(session.received(PDU(.genericNack, sequence: 16, status: .invalidCommandID), now: 1) == [])
        #expect(
            session.received(PDU(.genericNack, sequence: 2, status: .invalidCommandLength), now: 1)
                == [.refused(1, .invalidCommandLength, .failMessage)])
    }

    @Test func `a message that breaks the limits is refused here`() throws {
        var session = try boundSession()
        let long = ShortMessage(source: .none, destination: .international(String(repeating: "1", count: 21)))
        #expect(session.submit(long, token: 1, now: 0) == [.refused(1, .invalidDestination, .failMessage)])
        #expect(session.room == 10)
    }

    @Test func `no answer means unknown, once, and a late answer still tells`() throws {
        var session = try boundSession()
        _ = session.submit(.text("a"), token: 1, now: 1_000)
        _ = session.submit(.text("b"), token: 2, now: 2_000)
        _ = session.received(PDU(.enquireLink, sequence: 1), now: 50_000)
        #expect(session.nextDeadline == 61_000)
        #expect(session.tick(now: 60_999) == [])
        #expect(session.tick(now: 61_000) == [.unknownOutcome(1)])
        #expect(session.room == 9)
        #expect(session.received(.submitResponse(2, id: "x"), now: 61_500) == [.submitted(1, messageID: "x")])
        #expect(session.received(.submitResponse(2, id: "x"), now: 61_600) == [])
        #expect(session.tick(now: 62_000) == [.unknownOutcome(2)])
        #expect(
            session.received(.submitResponse(3, .throttled), now: 62_500) == [.refused(2, .throttled, .pauseConnector)])
        #expect(session.disconnected() == [])
    }

    @Test func `a lost connection leaves the unanswered unknown`() throws {
        var session = try boundSession()
        _ = session.submit(.text("a"), token: 1, now: 0)
        _ = session.submit(.text("b"), token: 2, now: 0)
        #expect(session.disconnected() == [.unknownOutcome(1), .unknownOutcome(2)])
        #expect(session.disconnected() == [])
        #expect(session.submit(.text("c"), token: 3, now: 1) == [.returned(3)])
        #expect(session.nextDeadline == nil)
    }

    @Test func `messages are answered when they are stored`() throws {
        var session = try boundSession()
        let actions = session.received(PDU(.deliverSM(.text("hi")), sequence: 40), now: 1)
        guard case .deliver(.text("hi"), let ticket)? = actions.first, actions.count == 1 else {
            Issue.record("\(actions)")
            return
        }
        #expect(session.answer(ticket) == [.send(PDU(.deliverSMResponse(MessageResponse()), sequence: 40))])
        #expect(session.answer(ticket) == [])
    }

    @Test func `data_sm is a message too, with an answer of its own`() throws {
        var session = try boundSession()
        let data = DataSM(
            source: .international("491"), destination: .none,
            optional: OptionalParameters([TLV(.messagePayload, [0x41])]))
        guard case .deliver(let message, let ticket)? = session.received(PDU(.dataSM(data), sequence: 5), now: 1).first
        else {
            Issue.record("not delivered")
            return
        }
        #expect(message.payload == [0x41])
        #expect(
            session.answer(ticket, .temporaryReceiverError)
                == [.send(PDU(.dataSMResponse(MessageResponse()), sequence: 5, status: .temporaryReceiverError))])
    }

    @Test func `too many unanswered messages are told to come again`() throws {
        var session = try boundSession { $0.deliveryLimit = 1 }
        _ = session.received(PDU(.deliverSM(.text("1")), sequence: 1), now: 1)
        let refused = PDU(.deliverSMResponse(MessageResponse()), sequence: 2, status: .temporaryReceiverError)
        #expect(session.received(PDU(.deliverSM(.text("2")), sequence: 2), now: 1) == [.send(refused)])
    }

    @Test func `a quiet carrier is asked, then given up`() throws {
        var session = try boundSession(now: 0)
        #expect(session.nextDeadline == 30_000)
        #expect(session.tick(now: 30_000) == [.send(PDU(.enquireLink, sequence: 2))])
        #expect(session.received(PDU(.enquireLinkResponse, sequence: 2), now: 30_100) == [])
        #expect(session.nextDeadline == 60_100)
        _ = session.submit(.text("a"), token: 1, now: 50_000)
        #expect(session.tick(now: 60_100) == [.send(PDU(.enquireLink, sequence: 4))])
        #expect(session.nextDeadline == 110_000)
        #expect(session.tick(now: 110_000) == [.unknownOutcome(1)])
        #expect(session.tick(now: 120_100) == [.close(.linkDead)])
    }

    @Test func `the carrier's own questions are answered`() throws {
        var session = try boundSession()
        #expect(
            session.received(PDU(.enquireLink, sequence: 77), now: 1) == [
                .send(PDU(.enquireLinkResponse, sequence: 77))
            ])
        let alert = AlertNotification(source: .international("491"), destination: .none)
        #expect(
            session.received(PDU(.alertNotification(alert), sequence: 3), now: 1) == [.reachable(.international("491"))]
        )
        let unknown = PDU(.other(PDU.Raw(CommandID(rawValue: 0x77))), sequence: 78)
        let nack = PDU(.genericNack, sequence: 78, status: .invalidCommandID)
        #expect(session.received(unknown, now: 1) == [.send(nack)])
        // Answers and outbind need none.
        #expect(session.received(PDU(.other(PDU.Raw(.querySM.response)), sequence: 79), now: 1) == [])
        #expect(session.received(PDU(.other(PDU.Raw(.outbind)), sequence: 80), now: 1) == [])
    }

    @Test func `malformed PDUs get their status, and the header of an answer decides`() throws {
        var session = try boundSession()
        let error = FieldError(field: .source, problem: .tooLong)
        let refused = PDU(.deliverSMResponse(MessageResponse()), sequence: 4, status: .invalidSource)
        #expect(session.received(PDU(.malformed(.deliverSM, error), sequence: 4), now: 1) == [.send(refused)])
        _ = session.submit(.text("a"), token: 1, now: 1)
        _ = session.submit(.text("b"), token: 2, now: 1)
        let idError = FieldError(field: .messageID, problem: .tooLong)
        let accepted = PDU(.malformed(.submitSM.response, idError), sequence: 2)
        #expect(session.received(accepted, now: 2) == [.submitted(1, messageID: "")])
        let failed = PDU(.malformed(.submitSM.response, idError), sequence: 3, status: .invalidSource)
        #expect(session.received(failed, now: 2) == [.refused(2, .invalidSource, .failMessage)])
        #expect(session.received(PDU(.malformed(.alertNotification, error), sequence: 5), now: 2) == [])
    }

    @Test func `unbinding waits for what is under way`() throws {
        var session = try boundSession()
        _ = session.submit(.text("a"), token: 1, now: 0)
        #expect(session.unbind(now: 1) == [])
        #expect(session.room == 0)
        #expect(session.submit(.text("b"), token: 2, now: 1) == [.returned(2)])
        #expect(
            session.received(.submitResponse(2, id: "x"), now: 2)
                == [.submitted(1, messageID: "x"), .send(PDU(.unbind, sequence: 3))])
        #expect(session.received(PDU(.unbindResponse, sequence: 3), now: 3) == [.close(.unbound)])
    }

    @Test func `unbinding at rest, and an answer that never comes`() throws {
        var session = try boundSession()
        #expect(session.unbind(now: 1) == [.send(PDU(.unbind, sequence: 2))])
        #expect(session.unbind(now: 2) == [])
        #expect(session.nextDeadline == 60_001)
        #expect(session.tick(now: 60_001) == [.close(.unbound)])
        var fresh = try ESMESession(
            .init(bind: Bind(mode: .transceiver, systemID: "e", password: "p")), jitterSeed: 1)
        #expect(fresh.unbind(now: 0) == [.close(.unbound)])
        #expect(fresh.connected(now: 1) == [])
    }

    @Test func `the carrier unbinds`() throws {
        var session = try boundSession()
        _ = session.submit(.text("a"), token: 1, now: 0)
        #expect(
            session.received(PDU(.unbind, sequence: 9), now: 1)
                == [.send(PDU(.unbindResponse, sequence: 9)), .unknownOutcome(1), .close(.peerUnbound)])
        #expect(session.received(.submitResponse(2), now: 2) == [])
    }

    @Test func `a carrier that forgot the bind is left`() throws {
        var session = try boundSession()
        _ = session.submit(.text("a"), token: 1, now: 0)
        _ = session.submit(.text("b"), token: 2, now: 0)
        #expect(
            session.received(.submitResponse(2, .invalidBindStatus), now: 1)
                == [
                    .refused(1, .invalidBindStatus, .rebindSlowly), .unknownOutcome(2),
                    .close(.notBound(.invalidBindStatus))
                ])
    }
}
