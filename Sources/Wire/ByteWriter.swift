/// Builds big-endian fields.
package struct ByteWriter: Sendable {
    package private(set) var bytes: [UInt8]

    package init(capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(max(capacity, 0))
    }

    package var count: Int { bytes.count }

    package mutating func u8(_ value: UInt8) {
        bytes.append(value)
    }

    package mutating func u16(_ value: UInt16) {
        u8(UInt8(truncatingIfNeeded: value >> 8))
        u8(UInt8(truncatingIfNeeded: value))
    }

    package mutating func u32(_ value: UInt32) {
        u16(UInt16(truncatingIfNeeded: value >> 16))
        u16(UInt16(truncatingIfNeeded: value))
    }

    package mutating func u64(_ value: UInt64) {
        u32(UInt32(truncatingIfNeeded: value >> 32))
        u32(UInt32(truncatingIfNeeded: value))
    }

    package mutating func bytes(_ value: some Sequence<UInt8>) {
        bytes.append(contentsOf: value)
    }

    /// A NUL-terminated string, cut before a NUL of its own and to `max` bytes with the NUL (SMPP 3.4 §3.1).
    package mutating func cString(_ value: some Sequence<UInt8>, max: Int) {
        bytes.append(contentsOf: value.prefix { $0 != 0 }.prefix(Swift.max(max - 1, 0)))
        bytes.append(0)
    }

    /// Puts a 32-bit field into bytes already written, for lengths that are known last. Nothing happens out of range.
    package mutating func overwrite(u32 value: UInt32, at offset: Int) {
        guard offset >= 0, offset <= bytes.count - 4 else { return }
        for index in 0..<4 {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
        }
    }
}
