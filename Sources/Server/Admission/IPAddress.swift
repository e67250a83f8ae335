// SPDX-License-Identifier: Apache-2.0

/// An address of the internet as a number; an IPv4 address is kept as IPv6 writes it (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2).
///
/// It doesn't print itself: where somebody is belongs into no log.
package struct IPAddress: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// Nil unless there are 4 or 16 bytes, in network order.
    init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self.init(high: 0, low: Self.mapped | Self.number(bytes))
        case 16: self.init(high: Self.number(bytes.prefix(8)), low: Self.number(bytes.dropFirst(8)))
        default: return nil
        }
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    private static let mapped: UInt64 = 0xffff_0000_0000

    var isIPv4: Bool { high == 0 && low >> 32 == Self.mapped >> 32 }

    /// What limits count: an IPv4 address by itself, an IPv6 address by its /64, of which one household has all (RFC 6177).
    var source: IPAddress { isIPv4 ? self : IPAddress(high: high, low: 0) }

    /// The first bits, the others 0.
    func prefix(_ length: Int) -> IPAddress {
        IPAddress(high: high & Self.mask(length), low: low & Self.mask(length - 64))
    }

    private static func mask(_ length: Int) -> UInt64 {
        length <= 0 ? 0 : length >= 64 ? .max : ~(UInt64.max >> UInt64(length))
    }
}

// MARK: - Reading

extension IPAddress {
    /// `192.0.2.1` or `2001:db8::1` (RFC 4291 §2.2), without brackets, zones and leading zeros in decimals.
    init?(_ text: some StringProtocol) {
        let read = text.contains(":") ? Self.sixteen(text) : Self.four(text)
        guard let read, let address = IPAddress(bytes: read) else { return nil }
        self = address
    }

    private static func four(_ text: some StringProtocol) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let byte = UInt8(part)
            else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    private static func sixteen(_ text: some StringProtocol) -> [UInt8]? {
        let text = String(text)
        guard let gap = text.firstRange(of: "::") else {
            guard let all = groups(text[...]), all.count == 16 else { return nil }
            return all
        }
        guard let before = groups(text[..<gap.lowerBound]), let after = groups(text[gap.upperBound...]) else {
            return nil
        }
        let given = before.count + after.count
        // The gap stands for one group at least.
        guard given <= 14 else { return nil }
        return before + Array(repeating: 0, count: 16 - given) + after
    }

    /// Groups of up to four hexadecimal digits; the last one may be an IPv4 address.
    private static func groups(_ text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains("."), let last = four(part) {
                bytes += last
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHex), let group = UInt16(part, radix: 16)
            else {
                return nil
            }
            bytes += [UInt8(group >> 8), UInt8(truncatingIfNeeded: group)]
        }
        return bytes.count <= 16 ? bytes : nil
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66)
    }
}
