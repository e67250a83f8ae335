import Testing

@testable import SMPP

struct SegmenterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var profile = TextProfile()
        var alphabet: Alphabet
        var parts: Int

        var testDescription: String { name }
    }

    static let udh16 = TextProfile(longMessages: .udh16)
    static let sar = TextProfile(longMessages: .sar)
    static let latin1 = TextProfile(permitsLatin1: true)

    static func x(_ count: Int) -> String { String(repeating: "x", count: count) }

    static let cases: [Case] = [
        Case(name: "empty", text: "", alphabet: .gsm, parts: 1),
        Case(name: "160", text: x(160), alphabet: .gsm, parts: 1),
        Case(name: "161", text: x(161), alphabet: .gsm, parts: 2),
        Case(name: "306", text: x(306), alphabet: .gsm, parts: 2),
        Case(name: "307", text: x(307), alphabet: .gsm, parts: 3),
        Case(name: "304, 16-bit", text: x(304), profile: udh16, alphabet: .gsm, parts: 2),
        Case(name: "305, 16-bit", text: x(305), profile: udh16, alphabet: .gsm, parts: 3),
        Case(name: "304, SAR", text: x(304), profile: sar, alphabet: .gsm, parts: 2),
        Case(name: "305, SAR", text: x(305), profile: sar, alphabet: .gsm, parts: 3),
        Case(name: "158 and a euro", text: x(158) + "€", alphabet: .gsm, parts: 1),
        Case(name: "159 and a euro is 161 septets", text: x(159) + "€", alphabet: .gsm, parts: 2),
        Case(name: "80 euros", text: String(repeating: "€", count: 80), alphabet: .gsm, parts: 1),
        Case(name: "a backtick has no septet", text: "`", alphabet: .ucs2, parts: 1),
        Case(name: "70 of UTF-16", text: String(repeating: "Ж", count: 70), alphabet: .ucs2, parts: 1),
        Case(name: "71 of UTF-16", text: String(repeating: "Ж", count: 71), alphabet: .ucs2, parts: 2),
        Case(name: "134 of UTF-16", text: String(repeating: "Ж", count: 134), alphabet: .ucs2, parts: 2),
        Case(name: "135 of UTF-16", text: String(repeating: "Ж", count: 135), alphabet: .ucs2, parts: 3),
        Case(
            name: "133 of UTF-16, 16-bit", text: String(repeating: "Ж", count: 133), profile: udh16, alphabet: .ucs2,
            parts: 3),
        Case(name: "35 emoji", text: String(repeating: "😀", count: 35), alphabet: .ucs2, parts: 1),
        Case(name: "67 emoji: 33 a part", text: String(repeating: "😀", count: 67), alphabet: .ucs2, parts: 3),
        Case(
            name: "Latin-1, 140", text: String(repeating: "ç", count: 140), profile: latin1, alphabet: .latin1, parts: 1
        ),
        Case(
            name: "Latin-1, 141", text: String(repeating: "ç", count: 141), profile: latin1, alphabet: .latin1, parts: 2
        ),
        Case(name: "Latin-1 not permitted", text: "ç", alphabet: .ucs2, parts: 1),
        Case(
            name: "ASCII default, umlaut", text: "ü", profile: TextProfile(defaultAlphabet: .ascii), alphabet: .ucs2,
            parts: 1),
        Case(
            name: "Latin-1 default, umlaut", text: "ü", profile: TextProfile(defaultAlphabet: .latin1), alphabet: .gsm,
            parts: 1),
        Case(
            name: "Latin-1 default, Greek", text: "Ω", profile: TextProfile(defaultAlphabet: .latin1), alphabet: .ucs2,
            parts: 1),
        Case(
            name: "Latin-1 default, braces cost two", text: String(repeating: "{", count: 81),
            profile: TextProfile(defaultAlphabet: .latin1), alphabet: .gsm, parts: 2)
    ]

    @Test(arguments: cases)
    func `alphabet and parts`(example: Case) throws {
        let result = try Segmenter(example.profile).segments(of: example.text, reference: 0x1234)
        #expect(result.alphabet == example.alphabet)
        #expect(result.segments.count == example.parts)
        #expect(result.billedParts == example.parts)
        try expectRoundTrip(example.text, example.profile)
    }

    /// Sends a text's segments and reads them again as their recipient would.
    private func expectRoundTrip(_ text: String, _ profile: TextProfile) throws {
        let segments = try Segmenter(profile).segments(of: text, reference: 0x1234).segments
        var reassembler = Reassembler()
        var received: String?
        for (index, segment) in segments.enumerated() {
            let message = ShortMessage(segment, from: .international("491"), to: .international("492"))
            _ = try PDU(.submitSM(message), sequence: 1).encoded()
            let part = MessagePart(message, profile: profile)
            if segments.count > 1 { #expect(part.concatenation?.part == UInt8(index + 1)) }
            let result = reassembler.add(part, from: message.source, to: message.destination, tag: 0, now: 0)
            received = result.whole?.text
        }
        #expect(received == text)
    }

    static let profiles: [TextProfile] = DefaultAlphabet.allCases.flatMap { alphabet in
        TextProfile.LongMessages.allCases.flatMap { long in
            [false, true].map { TextProfile(defaultAlphabet: alphabet, longMessages: long, permitsLatin1: $0) }
        }
    }

    /// Pieces that mustn't be cut, among others.
    static let pieces = [
        "a", "€", "{", "Ω", "ü", "ç", "Ж", "日", "😀", "👨‍👩‍👧‍👦", "🇩🇪", "e\u{301}", "\r\n", " ", "@", "\u{05D0}", "न्त्र"
    ]

    @Test(arguments: profiles)
    func `random texts come back whole, however they are sent`(profile: TextProfile) throws {
        var random = Seeded(11)
        for round in 0..<60 {
            let kinds = Int.random(in: 1...Self.pieces.count, using: &random)
            let text = (0..<Int.random(in: 0...260, using: &random))
                .map { _ in Self.pieces[Int.random(in: 0..<kinds, using: &random)] }.joined()
            // A filler can't be told from a carriage return at the end of a packed part.
            if profile.defaultAlphabet == .gsmPacked, text.contains("\r") { continue }
            try expectRoundTrip(text, profile)
            if round.isMultiple(of: 6) { try expectWholeClusters(text, profile) }
        }
    }

    private func expectWholeClusters(_ text: String, _ profile: TextProfile) throws {
        let segments = try Segmenter(profile).segments(of: text).segments
        var clusters = 0
        for segment in segments {
            let message = ShortMessage(segment, from: .none, to: .none)
            clusters += try #require(MessagePart(message, profile: profile).text).count
        }
        #expect(clusters == text.count)
    }

    @Test func `no part is longer than its room`() throws {
        var random = Seeded(3)
        for _ in 0..<200 {
            let text = (0..<300).map { _ in Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)] }
                .joined()
            for segment in try Segmenter().segments(of: text).segments {
                #expect(segment.content.count <= 140)
            }
        }
    }

    @Test func `pairs that would straddle a cut go into the next part`() throws {
        for (pair, alphabet) in [("€", Alphabet.gsm), ("\r\n", .gsm), ("😀", .ucs2)] {
            let room = alphabet.unitsPerPart(.udh8)
            let filler = String(repeating: alphabet == .gsm ? "x" : "Ж", count: room - 1)
            let parts = try Segmenter().segments(of: filler + pair + filler).segments
            let texts = parts.map { MessagePart(ShortMessage($0, from: .none, to: .none), profile: TextProfile()).text }
            #expect(texts == [filler, pair + filler.dropLast(), String(filler.suffix(1))])
        }
    }

    @Test func `a cluster longer than a part is cut between scalars`() throws {
        let text = "e" + String(repeating: "\u{301}", count: 200) + "😀"
        #expect(text.count == 2)
        let result = try Segmenter().segments(of: text)
        #expect(result.segments.count == 4)
        try expectRoundTrip(text, TextProfile())
    }

    @Test func `too many parts are refused`() throws {
        let short = Segmenter(TextProfile(maximumParts: 2))
        #expect(try short.segments(of: Self.x(306)).segments.count == 2)
        #expect(throws: Segmenter.TooLong(parts: 3)) { try short.segments(of: Self.x(307)) }
        #expect(throws: Segmenter.TooLong(parts: 256)) { try Segmenter().segments(of: Self.x(153 * 255 + 1)) }
        let payload = Segmenter(TextProfile(longMessages: .payload, maximumParts: 2))
        #expect(throws: Segmenter.TooLong(parts: 3)) { try payload.segments(of: Self.x(307)) }
    }

    @Test func `headers are those of the specification`() throws {
        let text = Self.x(161)
        let eight = try Segmenter().segments(of: text, reference: 0x12AB).segments
        #expect(Array(eight[1].content.prefix(7)) == [5, 0, 3, 0xAB, 2, 2, 0x78])
        #expect(eight[1].esmClass == .userDataHeader)
        let sixteen = try Segmenter(Self.udh16).segments(of: text, reference: 0x12AB).segments
        #expect(Array(sixteen[0].content.prefix(8)) == [6, 8, 4, 0x12, 0xAB, 2, 1, 0x78])
        let sar = try Segmenter(Self.sar).segments(of: text, reference: 0x12AB).segments
        #expect(sar[0].content.count == 152)
        #expect(sar[0].esmClass == .plain)
        #expect(sar[1].optional.concatenation == Concatenation(scheme: .sar, reference: 0x12AB, total: 2, part: 2))
        let payload = try Segmenter(TextProfile(longMessages: .payload)).segments(of: text)
        #expect(payload.billedParts == 2)
        #expect(payload.segments.map(\.content.count) == [0])
        #expect(payload.segments.first?.optional.messagePayload?.count == 161)
    }

    @Test func `packed parts fill 140 octets`() throws {
        let packed = TextProfile(defaultAlphabet: .gsmPacked)
        #expect(try Segmenter(packed).segments(of: Self.x(160)).segments[0].content.count == 140)
        let parts = try Segmenter(packed).segments(of: Self.x(306)).segments
        #expect(parts.map(\.content.count) == [140, 140])
    }
}
