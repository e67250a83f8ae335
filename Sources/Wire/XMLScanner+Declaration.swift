/// The XML declaration (XML 1.0 §2.8, §4.3.1), which may stand before anything else and must not contradict UTF-8.
extension XMLScanner {
    /// At the first byte of all.
    mutating func declaration() throws(XMLError) -> Signal {
        let longest = 256
        let opener = Array("<?xml".utf8)
        let first = byte(0)
        // How UTF-16 and UTF-32 begin; none of it is UTF-8 text that XML allows.
        guard first != 0, first < 0xFE else { throw XMLError(.unsupportedEncoding, at: 0) }
        for (index, expected) in opener.enumerated() {
            guard index < end else { return .needsBytes }
            guard byte(index) == expected else {
                // Any other processing instruction, or none at all.
                registers.step = .between
                return .again
            }
        }
        guard opener.count < end else { return .needsBytes }
        guard XMLCharacters.isSpace(byte(opener.count)) else { throw XMLError(.restrictedXML, at: 0) }
        var index = opener.count
        while index + 1 < end, index < longest {
            if byte(index) == UInt8(ascii: "?"), byte(index + 1) == UInt8(ascii: ">") {
                try check(copy(opener.count..<index))
                registers.position = index + 2
                registers.step = .between
                return .again
            }
            index += 1
        }
        guard index < longest else { throw XMLError(.notWellFormed, at: 0) }
        return .needsBytes
    }

    /// Checks what stands between `<?xml` and `?>`.
    private func check(_ text: [UInt8]) throws(XMLError) {
        var rest = text[...]
        guard let version = try Self.take("version", from: &rest) else { throw XMLError(.notWellFormed, at: 0) }
        guard version.starts(with: "1.".utf8), version.count > 2,
            version.dropFirst(2).allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw XMLError(.notWellFormed, at: 0) }
        if let encoding = try Self.take("encoding", from: &rest) {
            let lowercased = encoding.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            guard lowercased.elementsEqual("utf-8".utf8) else { throw XMLError(.unsupportedEncoding, at: 0) }
        }
        if let standalone = try Self.take("standalone", from: &rest) {
            guard standalone.elementsEqual("yes".utf8) || standalone.elementsEqual("no".utf8) else {
                throw XMLError(.notWellFormed, at: 0)
            }
        }
        guard rest.allSatisfy(XMLCharacters.isSpace) else { throw XMLError(.notWellFormed, at: 0) }
    }

    /// Takes white space and `name='value'` off the front; nil if something else stands there.
    private static func take(_ name: String, from text: inout ArraySlice<UInt8>) throws(XMLError) -> ArraySlice<UInt8>?
    {
        var rest = text.drop(while: XMLCharacters.isSpace)
        guard rest.count < text.count, rest.starts(with: name.utf8) else { return nil }
        rest = rest.dropFirst(name.utf8.count).drop(while: XMLCharacters.isSpace)
        guard rest.popFirst() == UInt8(ascii: "=") else { throw XMLError(.notWellFormed, at: 0) }
        rest = rest.drop(while: XMLCharacters.isSpace)
        guard let quote = rest.popFirst(), quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\""),
            let end = rest.firstIndex(of: quote)
        else { throw XMLError(.notWellFormed, at: 0) }
        text = rest[(end + 1)...]
        return rest[..<end]
    }
}
