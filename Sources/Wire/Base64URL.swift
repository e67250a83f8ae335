/// Base 64 for URLs and file names (RFC 4648 §5) without padding, as JOSE wants it (RFC 7515 §2). A byte string has one
/// encoding.
package enum Base64URL {
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        Base64.encode(bytes).compactMap { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
    }

    package static func encodeString(_ bytes: [UInt8]) -> String {
        String(decoding: encode(bytes), as: UTF8.self)
    }

    /// The bytes, or nil if `text` is not exactly what `encode` would have given.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        var plain: [UInt8] = []
        plain.reserveCapacity(text.count + 2)
        for byte in text {
            switch byte {
            case UInt8(ascii: "-"): plain.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): plain.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: plain.append(byte)
            }
        }
        switch plain.count % 4 {
        case 1: return nil
        case 2: plain += [UInt8(ascii: "="), UInt8(ascii: "=")]
        case 3: plain.append(UInt8(ascii: "="))
        default: break
        }
        return Base64.decode(plain)
    }

    /// The bytes, or nil if `text` is not exactly what `encodeString` would have given.
    package static func decode(_ text: String) -> [UInt8]? {
        decode(Array(text.utf8))
    }
}
