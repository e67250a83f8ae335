import SMPP

/// Texts go out in segments and come back whole; any octets are readable as parts, and memory stays bounded.
func fuzzSMPPText(_ bytes: [UInt8]) {
    guard bytes.count > 3 else { return }
    let profile = TextProfile(
        defaultAlphabet: DefaultAlphabet.allCases[Int(bytes[0] & 3)],
        longMessages: TextProfile.LongMessages.allCases[Int(bytes[1] & 3)], permitsLatin1: bytes[2] & 1 == 0)
    roundTrip(String(decoding: bytes[3...], as: UTF8.self), profile)
    receive(Array(bytes[1...]), profile)

    let septets = bytes.map { $0 & 0x7F }
    for fill in 0...6 {
        let unpacked = GSM0338.unpack(GSM0338.pack(septets, fillBits: fill), fillBits: fill)
        precondition(unpacked == septets || unpacked + [0x0D] == septets, "packing lost something")
    }
}

private func roundTrip(_ text: String, _ profile: TextProfile) {
    guard let sent = try? Segmenter(profile).segments(of: text, reference: 0x1234) else { return }
    // A filler can't be told from a carriage return at the end of a packed part.
    if profile.defaultAlphabet == .gsmPacked, sent.alphabet == .gsm, text.unicodeScalars.contains("\r") { return }
    // A byte order mark at the start is taken for one.
    if text.unicodeScalars.first == "\u{FEFF}" || text.unicodeScalars.first == "\u{FFFE}" { return }
    var reassembler = Reassembler()
    var received: String?
    for segment in sent.segments {
        precondition(profile.longMessages == .payload || segment.content.count <= 160, "a segment too long")
        let message = ShortMessage(segment, from: .none, to: .none)
        received =
            reassembler.add(MessagePart(message, profile: profile), from: .none, to: .none, tag: 0, now: 0)
            .whole?.text
    }
    precondition(received?.unicodeScalars.elementsEqual(text.unicodeScalars) == true, "another text came back")
}

private func receive(_ octets: [UInt8], _ profile: TextProfile) {
    var reassembler = Reassembler(limits: .init(messages: 3, octets: 300))
    var index = 0
    var now: Milliseconds = 0
    while index + 2 < octets.count {
        let length = Int(octets[index] & 31)
        let content = Array(octets[(index + 2)...].prefix(length))
        let message = ShortMessage(
            source: .none, destination: .none, content: content, dataCoding: DataCoding(rawValue: octets[index + 1]),
            esmClass: octets[index] & 0x80 == 0 ? .userDataHeader : .plain)
        _ = reassembler.add(
            MessagePart(message, profile: profile), from: .none, to: .none, tag: Int64(index), now: now)
        precondition(reassembler.count <= 3)
        now += Milliseconds(octets[index]) * 100_000
        _ = reassembler.expire(now: now)
        index += 2 + length
    }
}
