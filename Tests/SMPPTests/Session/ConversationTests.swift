import Testing

@testable import SMPP

/// Both machines against each other over octets, with everything going wrong that can.
struct ConversationTests {
    /// What became of each message handed to the ESME.
    private struct Ledger {
        var outcomes: [SubmitToken: [String]] = [:]
        var accepted: [String] = []
        var now: Milliseconds = 0
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `each message has exactly one outcome, and none is taken twice`(seed: UInt64) throws {
        var random = Seeded(seed)
        var ledger = Ledger()
        var esme = try ESMESession(
            .init(bind: Bind(mode: .transceiver, systemID: "e", password: "p")), jitterSeed: seed)
        var smsc = SMSCSession(.init(systemID: "pocket"))
        var toSMSC: [[UInt8]] = []
        var toESME: [[UInt8]] = []
        var smscDecoder = PDUDecoder()
        var esmeDecoder = PDUDecoder()
        var tickets: [(text: String, ticket: DeliveryTicket)] = []
        var closed = false

        func perform(_ actions: [ESMESession.Action]) throws {
            for action in actions {
                switch action {
                case .send(let pdu): toSMSC.append(try pdu.encoded())
                case .submitted(let token, _): ledger.outcomes[token, default: []].append("submitted")
                case .refused(let token, _, _): ledger.outcomes[token, default: []].append("refused")
                case .unknownOutcome(let token): ledger.outcomes[token, default: []].append("unknown")
                case .returned(let token): ledger.outcomes[token, default: []].append("returned")
                case .close: closed = true
                case .bound, .bindRefused, .deliver, .reachable, .paused, .resumed: break
                }
            }
        }
        func perform(_ actions: [SMSCSession.Action]) throws {
            for action in actions {
                switch action {
                case .send(let pdu): toESME.append(try pdu.encoded())
                case .bindRequested: try perform(smsc.acceptBind(now: ledger.now))
                case .submit(let message, let ticket):
                    tickets.append((String(decoding: message.content, as: UTF8.self), ticket))
                case .close: closed = true
                case .delivered, .deliveryRefused, .deliveryUnknown, .returned: break
                }
            }
        }

        try perform(smsc.connected(now: 0))
        try perform(esme.connected(now: 0))
        var next: Int64 = 1
        for _ in 0..<400 where !closed {
            ledger.now += Milliseconds.random(in: 0...200, using: &random)
            switch Int.random(in: 0...9, using: &random) {
            case 0...3:
                guard esme.room > 0 else { continue }
                try perform(esme.submit(.text("\(next)"), token: SubmitToken(rawValue: next), now: ledger.now))
                next += 1
            case 4:
                while !toSMSC.isEmpty {
                    smscDecoder.feed(toSMSC.removeFirst())
                    while let pdu = try smscDecoder.next() { try perform(smsc.received(pdu, now: ledger.now)) }
                }
            case 5:
                while !toESME.isEmpty {
                    esmeDecoder.feed(toESME.removeFirst())
                    while let pdu = try esmeDecoder.next() { try perform(esme.received(pdu, now: ledger.now)) }
                }
            case 6...7:
                guard !tickets.isEmpty else { continue }
                let (text, ticket) = tickets.removeFirst()
                let statuses: [CommandStatus] = [.ok, .ok, .ok, .throttled, .invalidDestination, .systemError]
                let status = statuses[Int.random(in: 0..<statuses.count, using: &random)]
                // Now and then no answer at all.
                if seed.isMultiple(of: 3), Int.random(in: 0...15, using: &random) == 0 { continue }
                if status == .ok { ledger.accepted.append(text) }
                try perform(smsc.answer(ticket, status, messageID: text))
            case 8:
                try perform(esme.tick(now: ledger.now))
                // Or the caller's timer would fire without end.
                #expect((esme.nextDeadline ?? .max) > ledger.now)
            default:
                try perform(smsc.tick(now: ledger.now))
                #expect((smsc.nextDeadline ?? .max) > ledger.now)
            }
        }
        if Bool.random(using: &random) { try perform(esme.unbind(now: ledger.now)) }
        try perform(esme.disconnected())

        #expect(next > 3)
        for token in 1..<next {
            var outcomes = ledger.outcomes[SubmitToken(rawValue: token)] ?? []
            // A late answer may follow an unknown outcome.
            if outcomes.count == 2, outcomes.first == "unknown", outcomes[1] != "returned" { outcomes.removeLast() }
            #expect(outcomes.count == 1, "\(token): \(outcomes)")
        }
        #expect(Set(ledger.accepted).count == ledger.accepted.count, "sent twice")
    }
}
