/// A text in the alphabet chosen for it, not yet cut.
struct EncodedText {
    let alphabet: Alphabet
    /// Septets, octets or UTF-16 units: what limits count.
    private let units: Units

    private enum Units {
        case octets([UInt8])
        case words([UInt16])
    }

    /// GSM where it can write the text, then Latin-1 if the carrier takes it, else UTF-16.
    init(_ text: String, profile: TextProfile) {
        if let septets = GSM0338.septets(of: text), profile.defaultAlphabet.canWrite(septets) {
            alphabet = .gsm
            units = .octets(septets)
        } else if profile.permitsLatin1, let octets = text.octets {
            alphabet = .latin1
            units = .octets(octets)
        } else {
            alphabet = .ucs2
            units = .words(Array(text.utf16))
        }
    }

    var unitCount: Int {
        switch units {
        case .octets(let octets): octets.count
        case .words(let words): words.count
        }
    }

    /// The ranges of units that become parts of at most `limit` each. Cuts fall between grapheme clusters; a
    /// cluster longer than a part is cut between scalars, never within an escape or surrogate pair.
    func cuts(of text: String, limit: Int) -> [Range<Int>] {
        switch units {
        case .octets(let octets): Self.cuts(of: octets, escapes: alphabet == .gsm, limit: limit)
        case .words: Self.cuts(of: text, limit: limit)
        }
    }

    /// GSM 03.38 and Latin-1 have no clusters but CR LF.
    private static func cuts(of octets: [UInt8], escapes: Bool, limit: Int) -> [Range<Int>] {
        var cuts: [Range<Int>] = []
        var start = 0
        while octets.count - start > limit {
            var end = start + limit
            let last = octets[end - 1]
            let cutsEscape = escapes && last == GSM0338.escape
            if cutsEscape || last == 0x0D && octets[end] == 0x0A { end -= 1 }
            cuts.append(start..<end)
            start = end
        }
        cuts.append(start..<octets.count)
        return cuts
    }

    private static func cuts(of text: String, limit: Int) -> [Range<Int>] {
        var cuts: [Range<Int>] = []
        var start = 0
        var end = 0
        for character in text {
            let cost = character.utf16.count
            if end - start + cost <= limit {
                end += cost
            } else if cost <= limit {
                cuts.append(start..<end)
                start = end
                end += cost
            } else {
                for scalar in character.unicodeScalars {
                    let cost = UTF16.width(scalar)
                    if end - start + cost > limit {
                        cuts.append(start..<end)
                        start = end
                    }
                    end += cost
                }
            }
        }
        cuts.append(start..<end)
        return cuts
    }

    func segment(_ range: Range<Int>, part: Concatenation?, profile: TextProfile) -> Segment {
        var content = part.map(UserDataHeader.octets) ?? []
        let hasHeader = !content.isEmpty
        append(range, to: &content, profile: profile)
        var optional = OptionalParameters()
        if let part, part.scheme == .sar { optional.concatenation = part }
        return Segment(
            content: content, dataCoding: dataCoding, esmClass: hasHeader ? .userDataHeader : .plain,
            optional: optional)
    }

    /// The whole text in one message_payload.
    func payload(profile: TextProfile) -> Segment {
        var content: [UInt8] = []
        append(0..<unitCount, to: &content, profile: profile)
        return Segment(
            content: [], dataCoding: dataCoding, esmClass: .plain,
            optional: OptionalParameters([TLV(.messagePayload, content)]))
    }

    private var dataCoding: DataCoding {
        switch alphabet {
        case .gsm: .smscDefault
        case .latin1: .latin1
        case .ascii, .cyrillic, .hebrew, .ucs2, .binary: .ucs2
        }
    }

    private func append(_ range: Range<Int>, to content: inout [UInt8], profile: TextProfile) {
        switch units {
        case .octets(let octets):
            guard alphabet == .gsm else {
                content.append(contentsOf: octets[range])
                return
            }
            switch profile.defaultAlphabet {
            case .gsm:
                content.append(contentsOf: octets[range])
            case .gsmPacked:
                let fillBits = (7 - content.count * 8 % 7) % 7
                content.append(contentsOf: GSM0338.pack(octets[range], fillBits: fillBits))
            case .ascii, .latin1:
                content.append(contentsOf: GSM0338.text(septets: octets[range]).octets ?? [])
            }
        case .words(let words):
            content.reserveCapacity(content.count + 2 * range.count)
            for word in words[range] {
                content.append(UInt8(truncatingIfNeeded: word >> 8))
                content.append(UInt8(truncatingIfNeeded: word))
            }
        }
    }
}

extension DefaultAlphabet {
    /// Whether a text that GSM 03.38 can write survives a carrier's translation from this alphabet. On the air it
    /// is GSM 03.38 either way, so its septets are what counts.
    func canWrite(_ septets: [UInt8]) -> Bool {
        switch self {
        case .gsm, .gsmPacked: true
        case .ascii: GSM0338.text(septets: septets).utf8.allSatisfy { $0 < 0x80 }
        case .latin1: GSM0338.text(septets: septets).unicodeScalars.allSatisfy { $0.value < 0x100 }
        }
    }
}
