/// Reads big-endian fields from bytes that a peer sent. A failed read consumes nothing.
package struct ByteReader: Sendable {
    /// What a field lacked.
    package enum Failure: Error, Equatable, Sendable {
        /// Fewer bytes than the field needs.
        case truncated
        /// A C-octet string without its NUL within the bytes it may take.
        case unterminated
    }

    private let bytes: [UInt8]
    /// Bytes read so far.
    package private(set) var offset: Int

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = 0
    }

    package var remaining: Int { bytes.count - offset }
    package var isAtEnd: Bool { offset == bytes.count }

    package mutating func u8() throws(Failure) -> UInt8 {
        UInt8(truncatingIfNeeded: try integer(bytes: 1))
    }

    package mutating func u16() throws(Failure) -> UInt16 {
        UInt16(truncatingIfNeeded: try integer(bytes: 2))
    }

    package mutating func u32() throws(Failure) -> UInt32 {
        UInt32(truncatingIfNeeded: try integer(bytes: 4))
    }

    package mutating func u64() throws(Failure) -> UInt64 {
        try integer(bytes: 8)
    }

    /// The next `count` bytes.
    package mutating func bytes(_ count: Int) throws(Failure) -> [UInt8] {
        guard count >= 0, count <= remaining else { throw .truncated }
        defer { offset += count }
        return Array(bytes[offset..<offset + count])
    }

    /// All that is left.
    package mutating func rest() -> [UInt8] {
        defer { offset = bytes.count }
        return Array(bytes[offset...])
    }

    /// A NUL-terminated string without its NUL, at most `max` bytes with it (SMPP 3.4 §3.1, C-Octet String).
    package mutating func cString(max: Int) throws(Failure) -> [UInt8] {
        let window = bytes[offset...].prefix(Swift.max(max, 0))
        guard let end = window.firstIndex(of: 0) else {
            throw window.count < max ? .truncated : .unterminated
        }
        defer { offset = end + 1 }
        return Array(bytes[offset..<end])
    }

    private mutating func integer(bytes count: Int) throws(Failure) -> UInt64 {
        guard count <= remaining else { throw .truncated }
        var value: UInt64 = 0
        for index in offset..<offset + count {
            value = value << 8 | UInt64(bytes[index])
        }
        offset += count
        return value
    }
}
