/// Sixteen bytes that stand for a number and tell nothing about it without the key they were made with.
package struct BlindValue: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// Refuses anything but 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        high = bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        low = bytes[8...].reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Keeps the first 16 bytes of a longer code.
    init(truncating code: some Sequence<UInt8>) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (place, byte) in code.prefix(16).enumerated() {
            if place < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.high = high
        self.low = low
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16)
        bytes.appendBigEndian(high)
        bytes.appendBigEndian(low)
        return bytes
    }
}

extension BlindValue: CustomStringConvertible {
    package var description: String { "<blind>" }
}

/// A number in the region's blind index, with the version of the index key.
package struct IndexValue: Hashable, Sendable {
    package let value: BlindValue
    package let version: Int32

    package init(value: BlindValue, version: Int32) {
        self.value = value
        self.version = version
    }
}
