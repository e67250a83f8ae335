import SMPP

/// A stream of PDUs: whole and split it reads the same, what was read can be written and read again, and both session
/// machines survive it.
func fuzzSMPPDecoder(_ bytes: [UInt8]) {
    var whole = PDUDecoder()
    whole.feed(bytes)
    let pdus = all(from: &whole)

    var split = PDUDecoder()
    var pieces: [PDU] = []
    var index = 0
    while index < bytes.count {
        let end = min(index + 1 + Int(bytes[index] & 15), bytes.count)
        split.feed(Array(bytes[index..<end]))
        pieces += all(from: &split)
        index = end
    }
    precondition(pieces == pdus, "split and whole differ")

    for pdu in pdus {
        guard let octets = try? pdu.encoded() else {
            guard case .malformed = pdu.body else { preconditionFailure("read, but not writable") }
            continue
        }
        var again = PDUDecoder()
        again.feed(octets)
        precondition(all(from: &again) == [pdu], "another PDU after writing")
    }
    converse(pdus)
}

private func all(from decoder: inout PDUDecoder) -> [PDU] {
    var pdus: [PDU] = []
    while let pdu = try? decoder.next() { pdus.append(pdu) }
    return pdus
}

/// A bound session on either side receives the PDUs while messages are under way; every token has an outcome.
private func converse(_ pdus: [PDU]) {
    let bind = Bind(mode: .transceiver, systemID: "e", password: "p")
    guard var esme = try? ESMESession(.init(bind: bind), jitterSeed: 1) else { return }
    var smsc = SMSCSession(.init(systemID: "s"))
    _ = esme.connected(now: 0)
    _ = esme.received(PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: 1), now: 0)
    _ = smsc.connected(now: 0)
    _ = smsc.received(PDU(.bind(bind), sequence: 1), now: 0)
    _ = smsc.acceptBind(now: 0)
    var open: Set<SubmitToken> = []
    var now: Milliseconds = 0
    for (index, pdu) in pdus.enumerated() {
        let token = SubmitToken(rawValue: Int64(index))
        open.insert(token)
        now += 5_000
        var actions = esme.submit(ShortMessage(source: .none, destination: .none), token: token, now: now)
        actions += esme.received(pdu, now: now)
        actions += esme.tick(now: now)
        _ = smsc.deliver(ShortMessage(source: .none, destination: .none), token: token, now: now)
        _ = smsc.received(pdu, now: now)
        _ = smsc.tick(now: now)
        settle(actions, &open)
    }
    settle(esme.disconnected(), &open)
    _ = smsc.disconnected()
    precondition(open.isEmpty, "a message without an outcome")
}

private func settle(_ actions: [ESMESession.Action], _ open: inout Set<SubmitToken>) {
    for action in actions {
        switch action {
        case .submitted(let token, _), .refused(let token, _, _), .unknownOutcome(let token), .returned(let token):
            open.remove(token)
        case .send(let pdu):
            precondition((try? pdu.encoded()) != nil, "an answer that can't be sent")
        case .bound, .bindRefused, .deliver, .reachable, .paused, .resumed, .close:
            break
        }
    }
}
