/// An address that preparation would leave as it is, recognised in one pass without allocating: ASCII, no capitals, a plain
/// name for a domain. Nearly every address on the wire is one; what isn't takes the long way, which has the last word.
struct PlainAddress {
    /// Bytes before the `@`; 0 if there is none.
    let localLength: Int
    /// Bytes before the `/`.
    let bareLength: Int
    let hasResource: Bool

    init?(_ bytes: Span<UInt8>) {
        var at: Int?
        var index = 0
        // The localpart, if an `@` follows what might as well be a domain.
        while index < bytes.count, bytes[index] != UInt8(ascii: "/") {
            if bytes[index] == UInt8(ascii: "@") {
                at = index
                break
            }
            guard Self.isPlainInLocal(bytes[index]) else { return nil }
            index += 1
        }
        let localLength = at ?? 0
        guard at != 0, localLength <= JID.maximumPartLength else { return nil }

        let domain = at.map { $0 + 1 } ?? 0
        guard let end = Self.endOfName(in: bytes, from: domain) else { return nil }

        self.localLength = localLength
        self.bareLength = end
        self.hasResource = end < bytes.count
        guard hasResource else { return }
        guard (1...JID.maximumPartLength).contains(bytes.count - end - 1) else { return nil }
        for index in end + 1..<bytes.count where !(0x20...0x7E).contains(bytes[index]) { return nil }
    }

    /// Where the domain that starts at `start` ends: at a slash or at the end. Nil if it isn't plain.
    private static func endOfName(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var labelStart = start
        var index = start
        // Hyphens at a label's ends, or two together, which is how A-labels look, aren't plain.
        var mayEnd = false
        while index < bytes.count, bytes[index] != UInt8(ascii: "/") {
            switch bytes[index] {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                mayEnd = true
            case UInt8(ascii: "-"):
                guard mayEnd else { return nil }
                mayEnd = false
            case UInt8(ascii: "."):
                guard mayEnd, index - labelStart <= DomainName.maximumLabelLength else { return nil }
                labelStart = index + 1
                mayEnd = false
            default:
                return nil
            }
            index += 1
        }
        guard mayEnd, index - labelStart <= DomainName.maximumLabelLength, index - start <= JID.maximumPartLength
        else { return nil }
        return index
    }

    private static func isPlainInLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): false
        case 0x21...0x7E: !isForbiddenInLocal(byte)
        default: false
        }
    }

    /// RFC 7622 §3.3.1.
    static func isForbiddenInLocal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "/"), UInt8(ascii: ":"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "@"):
            true
        default: false
        }
    }
}
