/// Character classes of XML 1.0 (fifth edition) §2.2 and §2.3, and Namespaces in XML 1.0 §3.
enum XMLCharacters {
    /// Letters and `_`: ASCII that begins a name. Bits 64–127.
    private static let startHigh: UInt64 = 0x07FF_FFFE_87FF_FFFE
    /// Digits, `-` and `.`: ASCII that only continues one. Bits 0–63.
    private static let continueLow: UInt64 = 0x03FF_6000_0000_0000

    /// Whether an ASCII byte begins an NCName.
    @inline(__always) static func startsName(_ byte: UInt8) -> Bool {
        byte >= 64 && byte < 128 && startHigh >> UInt64(byte & 63) & 1 == 1
    }

    /// Whether an ASCII byte continues an NCName.
    @inline(__always) static func continuesName(_ byte: UInt8) -> Bool {
        let mask = byte < 64 ? continueLow : startHigh
        return byte < 128 && mask >> UInt64(byte & 63) & 1 == 1
    }

    @inline(__always) static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    /// Whether a scalar above ASCII begins an NCName.
    static func startsName(scalar: UInt32) -> Bool {
        switch scalar {
        case 0xC0...0xD6, 0xD8...0xF6, 0xF8...0x2FF, 0x370...0x37D, 0x37F...0x1FFF, 0x200C...0x200D, 0x2070...0x218F,
            0x2C00...0x2FEF, 0x3001...0xD7FF, 0xF900...0xFDCF, 0xFDF0...0xFFFD, 0x10000...0xEFFFF:
            true
        default:
            false
        }
    }

    /// Whether a scalar above ASCII continues an NCName.
    static func continuesName(scalar: UInt32) -> Bool {
        switch scalar {
        case 0xB7, 0x300...0x36F, 0x203F...0x2040: true
        default: startsName(scalar: scalar)
        }
    }

    /// Whether a scalar may stand in a document at all, written out or as a character reference.
    static func isCharacter(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x9, 0xA, 0xD, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }
}
