import Testing

@testable import SMPP

/// How osmo-msc behaved when it was measured: a client must survive all of it.
struct OsmoMSCTests {
    private let profile = TextProfile(defaultAlphabet: .latin1)

    @Test func `the same message id for every message: the reference tells them apart, modulo 256`() throws {
        var session = try boundSession()
        for token in 1...2 as ClosedRange<Int64> {
            var message = ShortMessage.text("hi")
            message.optional.userMessageReference = UInt16(token)
            _ = session.submit(message, token: SubmitToken(rawValue: token), now: 0)
        }
        let useless = "msg_id_not_implemented"
        #expect(session.received(.submitResponse(2, id: useless), now: 1) == [.submitted(1, messageID: useless)])
        #expect(session.received(.submitResponse(3, id: useless), now: 1) == [.submitted(2, messageID: useless)])

        var deliver = DeliverSM(
            source: .international("491"), destination: .alphanumeric("Hoopoe"),
            content: Array(
                "id:0000000001 sub:000 dlvrd:000 submit date:YYMMDDhhmm done date:YYMMDDhhmm stat:DELIVRD err:000 text:hi"
                    .utf8),
            dataCoding: DataCoding(rawValue: 2), esmClass: .deliveryReceipt, serviceType: "CMT")
        deliver.optional.userMessageReference = 4_711 & 0xFF
        deliver.optional.messageState = .delivered
        guard case .deliver(let message, _)? = session.received(PDU(.deliverSM(deliver), sequence: 1), now: 5).first
        else {
            Issue.record("not delivered")
            return
        }
        let receipt = try #require(DeliveryReceipt(message))
        #expect(receipt.userMessageReference == 0x67)
        #expect(receipt.state == .delivered)
        #expect(receipt.submitDate == nil)
    }

    @Test func `a receipt may come before the response`() throws {
        var session = try boundSession()
        _ = session.submit(.text("hi"), token: 1, now: 0)
        let receipt = DeliveryReceipt(messageID: "9", state: .delivered)
            .message(recipient: .international("491"), sender: .none)
        let actions = session.received(PDU(.deliverSM(receipt), sequence: 1), now: 1)
        guard case .deliver(let message, let ticket)? = actions.first else {
            Issue.record("\(actions)")
            return
        }
        #expect(DeliveryReceipt(message)?.messageID == "9")
        #expect(session.answer(ticket) == [.send(PDU(.deliverSMResponse(MessageResponse()), sequence: 1))])
        #expect(session.received(.submitResponse(2, id: "9"), now: 2) == [.submitted(1, messageID: "9")])
    }

    @Test func `incoming text has data_coding 1 and datagram mode`() {
        let message = DeliverSM(
            source: .international("491"), destination: .international("492"), content: Array("Salut @ $".utf8),
            dataCoding: .ascii, esmClass: ESMClass(rawValue: 0x01))
        #expect(DeliveryReceipt(message) == nil)
        #expect(MessagePart(message, profile: profile).text == "Salut @ $")
    }

    @Test func `a bind response may have an empty system_id, or no body`() throws {
        for octets in [[0], []] as [[UInt8]] {
            let settings = ESMESession.Settings(bind: Bind(mode: .transceiver, systemID: "e", password: "p"))
            var session = try ESMESession(settings, jitterSeed: 1)
            _ = session.connected(now: 0)
            let answer = PDU(command: .bindTransceiver.response, status: .ok, sequence: 1, octets: octets)
            #expect(session.received(answer, now: 1) == [.bound])
        }
    }

    @Test func `a generic_nack with a sequence of its own does no harm`() throws {
        var session = try boundSession()
        _ = session.submit(.text("hi"), token: 1, now: 0)
        #expect(session.received(PDU(.genericNack, sequence: 16, status: .invalidCommandID), now: 1) == [])
        #expect(session.received(.submitResponse(2, id: "1"), now: 2) == [.submitted(1, messageID: "1")])
    }

    @Test func `what it never answers ends as unknown`() throws {
        var session = try boundSession()
        _ = session.submit(.text("hi"), token: 1, now: 0)
        _ = session.received(PDU(.enquireLink, sequence: 1), now: 59_000)
        #expect(session.tick(now: 60_000) == [.unknownOutcome(1)])
        #expect(session.isBound == true)
    }
}
