/// Time, in milliseconds, by whatever clock the caller has.
package typealias Milliseconds = Int64

/// Waiting that doubles with each failure, with jitter so that peers don't come back all at once.
package struct Backoff: Hashable, Sendable {
    package var first: Milliseconds
    package var longest: Milliseconds

    package init(first: Milliseconds = 1_000, longest: Milliseconds = 60_000) {
        self.first = max(first, 1)
        self.longest = max(longest, first, 1)
    }

    /// `attempt`: failures in a row so far, from 1.
    /// `jitter`: 0 for the shortest wait, 1 for the longest: half the doubled time up to all of it.
    package func delay(attempt: Int, jitter: Double) -> Milliseconds {
        var full = first
        for _ in 1..<max(min(attempt, 64), 1) where full < longest {
            full = min(full, longest / 2 + 1) * 2
        }
        full = min(full, longest)
        let share = min(max(jitter, 0), 1)
        return full - Milliseconds(Double(full / 2) * (1 - share))
    }
}

/// A small generator for jitter, seeded by the caller so that sessions replay exactly (SplitMix64).
struct Jitter: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// 0..<1.
    mutating func next() -> Double {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        mixed ^= mixed >> 31
        return Double(mixed >> 11) / Double(1 << 53)
    }
}
