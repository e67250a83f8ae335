extension GSM0338 {
    /// The default alphabet in septet order. The escape itself stands as a space, as 23.038 asks of receivers.
    static let characters: [Unicode.Scalar] = Array(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)

    /// What follows an escape.
    static let extensionCharacters: [UInt8: Unicode.Scalar] = [
        0x0A: "\u{0C}", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|",
        0x65: "€",
    ]

    /// The mark of a character without a septet. 0x7F after an escape is nobody's.
    static let missing: UInt8 = 0xFF

    /// Septet of each ASCII character; 0x80 is added for extension characters.
    static let asciiTable: [UInt8] = (0..<128).map { entries[UInt32($0)] ?? missing }

    /// The same for everything beyond ASCII.
    static let wideTable: [UInt32: UInt8] = entries.filter { $0.key >= 128 }

    private static let entries: [UInt32: UInt8] = {
        var entries: [UInt32: UInt8] = [:]
        for (septet, scalar) in characters.enumerated() where septet != Int(escape) {
            entries[scalar.value] = UInt8(septet)
        }
        for (septet, scalar) in extensionCharacters {
            entries[scalar.value] = septet | 0x80
        }
        return entries
    }()
}
