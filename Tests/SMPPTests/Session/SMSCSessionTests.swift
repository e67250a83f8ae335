import Testing

@testable import SMPP

struct SMSCSessionTests {
    private let bind = Bind(mode: .transceiver, systemID: "esme", password: "secret")

    private func bound(
        _ mode: BindMode = .transceiver, _ change: (inout SMSCSession.Settings) -> Void = { _ in }
    ) -> SMSCSession {
        var settings = SMSCSession.Settings(systemID: "pocket")
        change(&settings)
        var session = SMSCSession(settings)
        _ = session.connected(now: 0)
        var request = bind
        request.mode = mode
        #expect(session.received(PDU(.bind(request), sequence: 1), now: 0) == [.bindRequested(request)])
        let parameters = OptionalParameters([TLV(.interfaceVersion, [0x34])])
        let answer = PDU(.bindResponse(BindResponse(mode: mode, systemID: "pocket", optional: parameters)), sequence: 1)
        #expect(session.acceptBind(now: 0) == [.send(answer)])
        return session
    }

    private func ticket(_ actions: [SMSCSession.Action]) throws -> DeliveryTicket {
        guard case .submit(_, let ticket)? = actions.first else {
            Issue.record("\(actions)")
            throw CancellationError()
        }
        return ticket
    }

    @Test func `bind, submit, answer, receipt`() throws {
        var session = bound()
        let ticket = try ticket(session.received(PDU(.submitSM(.text("a")), sequence: 2), now: 1))
        #expect(
            session.answer(ticket, messageID: "3f")
                == [.send(PDU(.submitSMResponse(MessageResponse(messageID: "3f")), sequence: 2))])
        #expect(session.answer(ticket, messageID: "3f") == [])
        #expect(session.deliver(.text("r"), token: 5, now: 2) == [.send(PDU(.deliverSM(.text("r")), sequence: 1))])
        let taken = PDU(.deliverSMResponse(MessageResponse()), sequence: 1)
        #expect(session.received(taken, now: 3) == [.delivered(5)])
    }

    @Test func `a refused bind closes`() {
        var session = SMSCSession(.init(systemID: "pocket"))
        _ = session.connected(now: 0)
        _ = session.received(PDU(.bind(bind), sequence: 1), now: 0)
        let refusal = PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: 1, status: .invalidPassword)
        #expect(session.refuseBind(.invalidPassword) == [.send(refusal), .close(.bindRefused(.invalidPassword))])
    }

    @Test func `binding twice is refused, not binding is ended`() {
        var session = bound()
        let again = PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: 2, status: .alreadyBound)
        #expect(session.received(PDU(.bind(bind), sequence: 2), now: 1) == [.send(again)])
        var idle = SMSCSession(.init(systemID: "pocket"))
        _ = idle.connected(now: 0)
        #expect(idle.nextDeadline == 30_000)
        #expect(idle.tick(now: 30_000) == [.close(.bindTimedOut)])
    }

    @Test func `messages need the bind that allows them`() {
        var unbound = SMSCSession(.init(systemID: "pocket"))
        _ = unbound.connected(now: 0)
        let refusal = PDU.submitResponse(2, .invalidBindStatus)
        #expect(unbound.received(PDU(.submitSM(.text("a")), sequence: 2), now: 0) == [.send(refusal)])
        #expect(unbound.deliver(.text("r"), token: 1, now: 0) == [.returned(1)])
        var receiver = bound(.receiver)
        #expect(receiver.received(PDU(.submitSM(.text("a")), sequence: 2), now: 0) == [.send(refusal)])
        #expect(receiver.room == 10)
        var transmitter = bound(.transmitter)
        #expect(transmitter.deliver(.text("r"), token: 1, now: 0) == [.returned(1)])
        #expect(transmitter.room == 0)
    }

    @Test func `unknown commands, and services not offered, get generic_nack`() {
        var session = bound()
        for command in [CommandID(rawValue: 0x77), .querySM, .cancelSM, .replaceSM, .submitMulti] {
            let nack = PDU(.genericNack, sequence: 6, status: .invalidCommandID)
            #expect(session.received(PDU(.other(PDU.Raw(command)), sequence: 6), now: 0) == [.send(nack)])
        }
        #expect(session.received(PDU(.other(PDU.Raw(.querySM.response)), sequence: 6), now: 0) == [])
    }

    @Test func `malformed submits get their status`() {
        var session = bound()
        let error = FieldError(field: .destination, problem: .tooLong)
        #expect(
            session.received(PDU(.malformed(.submitSM, error), sequence: 6), now: 0)
                == [.send(.submitResponse(6, .invalidDestination))])
        let badBind = PDU(.malformed(.bindReceiver, FieldError(field: .password, problem: .tooLong)), sequence: 7)
        let refusal = PDU(.bindResponse(BindResponse(mode: .receiver)), sequence: 7, status: .invalidPassword)
        #expect(session.received(badBind, now: 0) == [.send(refusal)])
    }

    @Test func `too many unanswered submits are throttled`() throws {
        var session = bound { $0.submitLimit = 1 }
        _ = try ticket(session.received(PDU(.submitSM(.text("a")), sequence: 2), now: 0))
        #expect(
            session.received(PDU(.submitSM(.text("b")), sequence: 3), now: 0) == [.send(.submitResponse(3, .throttled))]
        )
    }

    @Test func `deliveries have a window, a patience and refusals`() {
        var session = bound { $0.window = 2 }
        _ = session.deliver(.text("1"), token: 1, now: 0)
        _ = session.deliver(.text("2"), token: 2, now: 0)
        #expect(session.deliver(.text("3"), token: 3, now: 0) == [.returned(3)])
        let refusal = PDU(.deliverSMResponse(MessageResponse()), sequence: 1, status: .temporaryReceiverError)
        #expect(session.received(refusal, now: 1) == [.deliveryRefused(1, .temporaryReceiverError)])
        _ = session.received(PDU(.enquireLink, sequence: 1), now: 59_000)
        #expect(session.tick(now: 60_000) == [.deliveryUnknown(2)])
        let long = ShortMessage(source: .international(String(repeating: "1", count: 21)), destination: .none)
        #expect(session.deliver(long, token: 4, now: 0) == [.deliveryRefused(4, .invalidSource)])
    }

    @Test func `quiet clients are asked, then left`() {
        var session = bound()
        #expect(session.tick(now: 30_000) == [.send(PDU(.enquireLink, sequence: 1))])
        #expect(session.tick(now: 90_000) == [.close(.linkDead)])
    }

    @Test func `leaving, either way`() {
        var session = bound()
        _ = session.deliver(.text("1"), token: 1, now: 0)
        #expect(
            session.received(PDU(.unbind, sequence: 9), now: 0)
                == [.send(PDU(.unbindResponse, sequence: 9)), .deliveryUnknown(1), .close(.peerUnbound)])
        var other = bound()
        #expect(other.unbind(now: 0) == [.send(PDU(.unbind, sequence: 1))])
        #expect(other.received(PDU(.unbindResponse, sequence: 1), now: 1) == [.close(.unbound)])
        var third = bound()
        _ = third.deliver(.text("1"), token: 1, now: 0)
        #expect(third.disconnected() == [.deliveryUnknown(1)])
    }
}
