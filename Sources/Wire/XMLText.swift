/// Turns raw character data that the scanner has validated into what it means (XML 1.0 §2.11, §3.3.3, §4.1).
enum XMLText {
    enum Kind {
        /// Character data: references are resolved, line ends become LF.
        case content
        /// A CDATA section: line ends become LF.
        case section
        /// An attribute value: references are resolved, literal white space becomes a space.
        case attribute
    }

    /// Appends the decoded form of `raw` to `output`.
    static func decode(_ raw: ArraySlice<UInt8>, as kind: Kind, into output: inout [UInt8]) {
        var index = raw.startIndex
        while index < raw.endIndex {
            let byte = raw[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\r"):
                if index < raw.endIndex, raw[index] == UInt8(ascii: "\n") { index += 1 }
                output.append(kind == .attribute ? UInt8(ascii: " ") : UInt8(ascii: "\n"))
            case UInt8(ascii: "\n"), UInt8(ascii: "\t"):
                output.append(kind == .attribute ? UInt8(ascii: " ") : byte)
            case UInt8(ascii: "&") where kind != .section:
                guard let end = raw[index...].firstIndex(of: UInt8(ascii: ";")) else { return }
                appendReference(raw[index..<end], to: &output)
                index = end + 1
            default:
                output.append(byte)
            }
        }
    }

    static func decoded(_ raw: ArraySlice<UInt8>, as kind: Kind) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(raw.count)
        decode(raw, as: kind, into: &output)
        return output
    }

    /// Appends what stands between `&` and `;`.
    private static func appendReference(_ name: ArraySlice<UInt8>, to output: inout [UInt8]) {
        guard let scalar = scalar(ofReference: name) else { return }
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    /// The character that a reference stands for: nil if it is none of the five entities and no XML character.
    static func scalar(ofReference name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let first = name.first else { return nil }
        if first == UInt8(ascii: "#") { return scalar(ofNumber: name.dropFirst()) }
        switch name.count {
        case 2 where name.elementsEqual("lt".utf8): return "<"
        case 2 where name.elementsEqual("gt".utf8): return ">"
        case 3 where name.elementsEqual("amp".utf8): return "&"
        case 4 where name.elementsEqual("quot".utf8): return "\""
        case 4 where name.elementsEqual("apos".utf8): return "'"
        default: return nil
        }
    }

    private static func scalar(ofNumber name: ArraySlice<UInt8>) -> Unicode.Scalar? {
        let isHexadecimal = name.first == UInt8(ascii: "x")
        let digits = isHexadecimal ? name.dropFirst() : name
        guard !digits.isEmpty else { return nil }
        let radix: UInt32 = isHexadecimal ? 16 : 10
        var value: UInt32 = 0
        for byte in digits {
            guard let digit = Hex.value(of: byte), UInt32(digit) < radix else { return nil }
            value = value * radix + UInt32(digit)
            guard value <= 0x10FFFF else { return nil }
        }
        return XMLCharacters.isCharacter(value) ? Unicode.Scalar(value) : nil
    }
}
