/// The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038 §6.2.1), one septet an octet.
package enum GSM0338 {
    static let escape: UInt8 = 0x1B

    /// The septets of a text, nil when a character has none. Extension characters take two.
    package static func septets(of text: String) -> [UInt8]? {
        let table = table
        let utf8 = text.utf8Span.span
        var complete = true
        let septets = [UInt8](capacity: 2 * utf8.count) { output in
            var index = 0
            while index < utf8.count {
                let octet = utf8[index]
                if octet < 0x80 {
                    let entry = table[Int(octet)]
                    if entry < 0x80 {
                        output.append(entry)
                    } else if entry != missing {
                        output.append(escape)
                        output.append(entry & 0x7F)
                    } else {
                        complete = false
                        return
                    }
                    index += 1
                } else {
                    guard let (scalar, length) = wideScalar(utf8, at: index) else {
                        complete = false
                        return
                    }
                    if scalar == euro {
                        output.append(escape)
                        output.append(euroSeptet)
                    } else {
                        let entry = scalar < UInt32(table.count) ? table[Int(scalar)] : missing
                        guard entry != missing else {
                            complete = false
                            return
                        }
                        output.append(entry)
                    }
                    index += length
                }
            }
        }
        return complete ? septets : nil
    }

    /// The text of unpacked septets. An unknown escape shows the character of the default table, as 23.038 asks;
    /// octets beyond 7 bits become U+FFFD.
    package static func text(septets: some Sequence<UInt8>) -> String {
        let table = characters
        var scalars = String.UnicodeScalarView()
        var escaped = false
        for septet in septets {
            if escaped {
                escaped = false
                if septet == escape {
                    scalars.append(" ")
                } else {
                    scalars.append(extensionCharacters[septet] ?? (septet < 0x80 ? table[Int(septet)] : "\u{FFFD}"))
                }
            } else if septet == escape {
                escaped = true
            } else {
                scalars.append(septet < 0x80 ? table[Int(septet)] : "\u{FFFD}")
            }
        }
        return String(scalars)
    }

    /// A two- or three-byte sequence. The bytes come from a String, so they are well-formed.
    private static func wideScalar(_ utf8: Span<UInt8>, at index: Int) -> (scalar: UInt32, length: Int)? {
        let first = UInt32(utf8[index])
        if first < 0xE0, index + 1 < utf8.count {
            return ((first & 0x1F) << 6 | UInt32(utf8[index + 1]) & 0x3F, 2)
        }
        if first < 0xF0, index + 2 < utf8.count {
            let middle = (UInt32(utf8[index + 1]) & 0x3F) << 6
            return ((first & 0x0F) << 12 | middle | UInt32(utf8[index + 2]) & 0x3F, 3)
        }
        return nil
    }
}
