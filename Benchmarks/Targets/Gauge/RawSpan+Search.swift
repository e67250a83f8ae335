import Glibc

extension RawSpan {
    /// Offset of the first such byte at `start` or behind it.
    func first(_ byte: UInt8, from start: Int) -> Int? {
        guard start < byteCount else { return nil }
        return unsafe withUnsafeBytes { bytes in
            // As fast as the machine reads memory; a loop here isn't.
            guard let base = bytes.baseAddress,
                let found = unsafe memchr(base + start, Int32(byte), bytes.count - start)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - base
        }
    }

    /// The byte at an offset, which must be within the span.
    subscript(offset: Int) -> UInt8 { unsafe unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

    /// The number written there in lower-case hexadecimal digits; nil for anything else.
    func hexadecimal(at offset: Int, digits: Int) -> UInt64? {
        guard offset + digits <= byteCount else { return nil }
        var value: UInt64 = 0
        for index in offset..<offset + digits {
            let byte = self[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }

    /// The number written there in decimal digits, up to the first other byte; nil if there is no digit.
    func decimal(at offset: Int) -> UInt32? {
        var value: UInt32?
        var index = offset
        while index < byteCount, case let digit = self[index] &- UInt8(ascii: "0"), digit < 10 {
            value = (value ?? 0) &* 10 &+ UInt32(digit)
            index += 1
        }
        return value
    }
}

extension RawSpan {
    /// The beginning, for people to read.
    package func text(atMost count: Int) -> String {
        String(decoding: (0..<min(count, byteCount)).map { self[$0] }, as: UTF8.self)
    }
}
