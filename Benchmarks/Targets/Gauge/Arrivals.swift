/// What became of one sender's numbered messages on their way to one recipient.
///
/// Numbers begin with 0 and are sent in order. Memory is bounded by the numbers that are missing at a time.
package struct Arrivals: Equatable, Sendable {
    /// Every smaller number has arrived or is in `missing`.
    private var next: UInt32 = 0
    private var missing: Set<UInt32> = []
    /// How many numbers came, each counted once.
    package private(set) var received = 0
    /// How many came again.
    package private(set) var duplicated = 0
    /// How many came after a later one.
    package private(set) var reordered = 0

    package init() {}

    /// A message arrived. True if it is here for the first time.
    package mutating func arrived(_ number: UInt32) -> Bool {
        if number >= next {
            for skipped in next..<number { missing.insert(skipped) }
            next = number + 1
        } else if missing.remove(number) != nil {
            reordered += 1
        } else {
            duplicated += 1
            return false
        }
        received += 1
        return true
    }

    /// How many of the first `sent` numbers haven't arrived.
    package func lost(of sent: UInt32) -> Int {
        missing.count + Int(sent) - Int(min(next, sent))
    }
}
