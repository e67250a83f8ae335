extension GSM0338 {
    /// The default alphabet in septet order. The escape itself stands as a space, as 23.038 asks of receivers.
    static let characters: [Unicode.Scalar] = Array(
        ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
            + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà").unicodeScalars)

    /// What follows an escape.
    static let extensionCharacters: [UInt8: Unicode.Scalar] = [
        0x0A: "\u{0C}", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|",
        0x65: "€"
    ]

    /// The mark of a character without a septet. 0x7F after an escape is nobody's.
    static let missing: UInt8 = 0xFF

    /// The one character of the alphabet beyond U+03FF, and its septet after an escape.
    static let euro: UInt32 = 0x20AC
    static let euroSeptet: UInt8 = 0x65

    /// Septet of each character up to U+03FF; 0x80 is added for extension characters, all of them ASCII.
    static let table: [UInt8] = {
        var table = [UInt8](repeating: missing, count: 0x400)
        for (septet, scalar) in characters.enumerated() where septet != Int(escape) {
            table[Int(scalar.value)] = UInt8(septet)
        }
        for (septet, scalar) in extensionCharacters where scalar.value < UInt32(table.count) {
            table[Int(scalar.value)] = septet | 0x80
        }
        return table
    }()
}
