/// A number as typed, reduced to its digits.
struct TypedNumber {
    let hasPlus: Bool
    /// ASCII.
    let digits: [UInt8]

    init(_ text: String) throws(NumberRefusal) {
        var hasPlus = false
        var digits: [UInt8] = []
        var sawLetter = false
        var sawOther = false
        for scalar in Self.withoutScheme(text).unicodeScalars {
            if let digit = Self.digit(scalar) {
                digits.append(digit)
                guard digits.count <= DigitPattern.longestInput else { throw .tooLong }
            } else if scalar == "+" || scalar == "\u{FF0B}" {
                if hasPlus || !digits.isEmpty { sawOther = true }
                hasPlus = true
            } else if scalar.properties.isAlphabetic {
                sawLetter = true
            } else if !Self.isPunctuation(scalar) {
                sawOther = true
            }
        }
        if sawLetter { throw .alphanumeric }
        if sawOther { throw .malformed }
        guard !digits.isEmpty else { throw .empty }
        self.hasPlus = hasPlus
        self.digits = digits
    }

    /// Digits of any script.
    private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.isASCII { return (0x30...0x39).contains(scalar.value) ? UInt8(scalar.value) : nil }
        guard scalar.properties.numericType == .decimal, let value = scalar.properties.numericValue,
            (0...9).contains(value)
        else { return nil }
        return UInt8(value) + 0x30
    }

    /// What people and address books put between digits; also the marks that right-to-left texts bring along.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x28, 0x29, 0x2D, 0x2E, 0x2F, 0x5B, 0x5D, 0x7E: true
        case 0xAD, 0x200B...0x200F, 0x2010...0x2015, 0x202A...0x202E, 0x2053, 0x2060, 0x2066...0x2069: true
        case 0x2212, 0x223C, 0x30FC, 0xFEFF, 0xFF08, 0xFF09, 0xFF0D...0xFF0F, 0xFF3B, 0xFF3D, 0xFF5E: true
        default: scalar.properties.isWhitespace
        }
    }

    /// The number of a `tel:` link (RFC 3966), without its scheme.
    private static func withoutScheme(_ text: String) -> Substring {
        let start = text.prefix(4)
        return start.lowercased() == "tel:" ? text.dropFirst(4) : text[...]
    }
}
