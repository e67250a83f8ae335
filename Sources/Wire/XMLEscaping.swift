/// Writes character data and attribute values so that a parser gives back what was meant (XML 1.0 §2.4, §3.3.3).
///
/// Characters that no XML document may hold become U+FFFD.
enum XMLEscaping {
    static func appendText(_ value: String, to output: inout [UInt8]) {
        append(value, inAttribute: false, to: &output)
    }

    static func appendValue(_ value: String, to output: inout [UInt8]) {
        append(value, inAttribute: true, to: &output)
    }

    /// Appends ` name='value'`. The name is trusted.
    static func appendAttribute(_ name: String, _ value: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: name.utf8)
        output.append(contentsOf: "='".utf8)
        append(value, inAttribute: true, to: &output)
        output.append(UInt8(ascii: "'"))
    }

    /// Appends a name, with `_` for whatever may not stand in an NCName.
    static func appendName(_ name: String, to output: inout [UInt8]) {
        let start = output.count
        for scalar in name.unicodeScalars {
            let isFirst = output.count == start
            if isNameScalar(scalar.value, first: isFirst) {
                output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                output.append(UInt8(ascii: "_"))
            }
        }
        if output.count == start { output.append(UInt8(ascii: "_")) }
    }

    private static func isNameScalar(_ scalar: UInt32, first: Bool) -> Bool {
        if scalar < 0x80 {
            let byte = UInt8(truncatingIfNeeded: scalar)
            return first ? XMLCharacters.startsName(byte) : XMLCharacters.continuesName(byte)
        }
        return first ? XMLCharacters.startsName(scalar: scalar) : XMLCharacters.continuesName(scalar: scalar)
    }

    private static func append(_ value: String, inAttribute: Bool, to output: inout [UInt8]) {
        var value = value
        let isPlain = value.withUTF8 { bytes in
            guard unsafe !bytes.contains(where: { needsCare($0) }) else { return false }
            unsafe output.append(contentsOf: bytes)
            return true
        }
        if isPlain { return }
        for scalar in value.unicodeScalars {
            switch scalar {
            case "&": output.append(contentsOf: "&amp;".utf8)
            case "<": output.append(contentsOf: "&lt;".utf8)
            case ">": output.append(contentsOf: "&gt;".utf8)
            case "'" where inAttribute: output.append(contentsOf: "&apos;".utf8)
            case "\"" where inAttribute: output.append(contentsOf: "&quot;".utf8)
            case "\r": output.append(contentsOf: "&#13;".utf8)
            case "\n" where inAttribute: output.append(contentsOf: "&#10;".utf8)
            case "\t" where inAttribute: output.append(contentsOf: "&#9;".utf8)
            default:
                let isLegal = XMLCharacters.isCharacter(scalar.value)
                let encoded = isLegal ? UTF8.encode(scalar) : UTF8.encodedReplacementCharacter
                output.append(contentsOf: encoded ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// Whether a byte may begin something that can't be copied as it is. 0xEF leads U+FFFE and U+FFFF.
    @inline(__always) private static func needsCare(_ byte: UInt8) -> Bool {
        switch byte {
        case 0..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "'"),
            UInt8(ascii: "\""), 0xEF:
            true
        default: false
        }
    }
}
