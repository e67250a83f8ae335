/// Sequence numbers 1…0x7FFFFFFF, round and round (SMPP 3.4 §5.1.4).
struct SequenceNumbers: Sendable {
    private var last: UInt32

    init(after last: UInt32 = 0) {
        self.last = last
    }

    mutating func next() -> UInt32 {
        last = last >= 0x7FFF_FFFF ? 1 : last + 1
        return last
    }
}
