/// Eight bytes looked at as one word (SWAR). A returned mask has the top bit of a byte set where it matches; only the lowest
/// set bit is exact, which is all that a forward scan needs.
enum EightBytes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let tops: UInt64 = 0x8080_8080_8080_8080

    @inline(__always) private static func equal(_ word: UInt64, _ byte: UInt64) -> UInt64 {
        let difference = word ^ (ones &* byte)
        return (difference &- ones) & ~difference
    }

    /// Bytes that character data can't run over: control characters, `&`, `<`, `]` and what is not ASCII.
    @inline(__always) static func stopsText(_ word: UInt64) -> UInt64 {
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | equal(word, 0x26) | equal(word, 0x3C) | equal(word, 0x5D) | word) & tops
    }

    /// Bytes that a quoted value can't run over: control characters, `&`, `<`, the quote and what is not ASCII.
    @inline(__always) static func stopsValue(_ word: UInt64, quote: UInt8) -> UInt64 {
        let controls = (word &- ones &* 0x20) & ~word
        return (controls | equal(word, 0x26) | equal(word, 0x3C) | equal(word, UInt64(quote)) | word) & tops
    }
}
