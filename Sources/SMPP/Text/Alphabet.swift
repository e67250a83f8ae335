/// How the characters of a message are written as octets.
package enum Alphabet: Hashable, Sendable {
    /// GSM 03.38, one septet an octet in memory; packed only on the wire.
    case gsm
    case ascii
    case latin1
    /// ISO 8859-5.
    case cyrillic
    /// ISO 8859-8.
    case hebrew
    /// UTF-16, big-endian; surrogate pairs occur in spite of the name.
    case ucs2
    /// Not text, or in an alphabet we don't know.
    case binary
}

/// What a carrier means by data_coding 0.
package enum DefaultAlphabet: String, Hashable, Sendable, CaseIterable {
    /// GSM 03.38, one septet an octet: the usual meaning.
    case gsm
    /// GSM 03.38, eight septets in seven octets.
    case gsmPacked = "gsm-packed"
    case ascii
    case latin1
}

extension Alphabet {
    /// The alphabet that a data_coding names, by SMPP 3.4 §5.2.19 and, from 0xC0, 3GPP TS 23.038 §4.
    package init(_ coding: DataCoding, default meaning: DefaultAlphabet) {
        switch coding.rawValue {
        case 0x00:
            self =
                switch meaning {
                case .gsm, .gsmPacked: .gsm
                case .ascii: .ascii
                case .latin1: .latin1
                }
        case 0x01: self = .ascii
        case 0x03: self = .latin1
        case 0x06: self = .cyrillic
        case 0x07: self = .hebrew
        case 0x08, 0xE0...0xEF: self = .ucs2
        case 0xC0...0xDF: self = .gsm
        case 0xF0...0xFF: self = coding.rawValue & 0x04 == 0 ? .gsm : .binary
        default: self = .binary
        }
    }

    /// The text of octets in this alphabet (septets unpacked), nil for `binary`. Broken parts become U+FFFD.
    package func text(_ octets: some Collection<UInt8>) -> String? {
        switch self {
        case .gsm: GSM0338.text(septets: octets)
        // Carriers that say ASCII and send more mean Latin-1.
        case .ascii, .latin1: String(octets: octets)
        case .cyrillic: Alphabet.text(octets, above: Alphabet.cyrillicScalar)
        case .hebrew: Alphabet.text(octets, above: Alphabet.hebrewScalar)
        case .ucs2: Alphabet.utf16Text(octets)
        case .binary: nil
        }
    }

    /// UTF-16 with a byte order mark honoured, though SMPP has none; an odd last octet is dropped.
    private static func utf16Text(_ octets: some Collection<UInt8>) -> String {
        var units: [UInt16] = []
        units.reserveCapacity(octets.count / 2)
        var high: UInt8?
        for octet in octets {
            if let first = high {
                units.append(UInt16(first) << 8 | UInt16(octet))
                high = nil
            } else {
                high = octet
            }
        }
        switch units.first {
        case 0xFEFF: units.removeFirst()
        case 0xFFFE: units = units.dropFirst().map(\.byteSwapped)
        default: break
        }
        return String(decoding: units, as: UTF16.self)
    }

    private static func text(_ octets: some Collection<UInt8>, above map: (UInt8) -> Unicode.Scalar?) -> String {
        var scalars = String.UnicodeScalarView()
        for octet in octets {
            scalars.append(octet < 0xA1 ? Unicode.Scalar(octet) : map(octet) ?? "\u{FFFD}")
        }
        return String(scalars)
    }

    private static func cyrillicScalar(_ octet: UInt8) -> Unicode.Scalar? {
        switch octet {
        case 0xAD: "\u{AD}"
        case 0xF0: "\u{2116}"
        case 0xFD: "\u{A7}"
        default: Unicode.Scalar(UInt32(octet) + 0x0360)
        }
    }

    private static func hebrewScalar(_ octet: UInt8) -> Unicode.Scalar? {
        switch octet {
        case 0xAA: "\u{D7}"
        case 0xBA: "\u{F7}"
        case 0xA2...0xBE: Unicode.Scalar(octet)
        case 0xDF: "\u{2017}"
        case 0xE0...0xFA: Unicode.Scalar(UInt32(octet) + 0x04F0)
        case 0xFD: "\u{200E}"
        case 0xFE: "\u{200F}"
        default: nil
        }
    }
}
