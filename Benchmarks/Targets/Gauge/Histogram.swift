/// Counts of durations in a fixed number of buckets, none wider than 1/128 of its values (log-linear, as in HdrHistogram).
///
/// It takes every duration from 0 ns to 2^64 - 1 ns and never grows: 7,424 buckets, 58 KiB.
package struct Histogram: Equatable, Sendable {
    /// Each power of two is divided into 2^7 buckets.
    private static let precision = 7
    private static let divisions = 1 << precision

    private var counts = [UInt64](repeating: 0, count: (64 - precision + 1) * divisions)
    /// How many durations were recorded.
    package private(set) var count: UInt64 = 0
    /// The longest, in ns, exactly.
    package private(set) var longest: UInt64 = 0

    package init() {}

    /// Counts one duration, in ns.
    package mutating func record(_ nanoseconds: UInt64) {
        counts[Self.bucket(of: nanoseconds)] += 1
        count += 1
        longest = max(longest, nanoseconds)
    }

    /// Counts all that the other one counted.
    package mutating func add(_ other: Histogram) {
        for index in counts.indices { counts[index] += other.counts[index] }
        count += other.count
        longest = max(longest, other.longest)
    }

    /// The duration, in ns, that the given share (0 to 1) of all recorded ones doesn't exceed, rounded up to its bucket's
    /// end; 0 if none was recorded.
    package func quantile(_ share: Double) -> UInt64 {
        let rank = max(UInt64((share * Double(count)).rounded(.up)), 1)
        var seen: UInt64 = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen >= rank { return min(Self.last(inBucket: index), longest) }
        }
        return longest
    }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= divisions else { return Int(value) }
        let shift = 63 - value.leadingZeroBitCount - precision
        return (shift + 1) * divisions + Int(value >> UInt64(shift)) - divisions
    }

    /// The largest value that falls into a bucket.
    private static func last(inBucket index: Int) -> UInt64 {
        guard index >= divisions else { return UInt64(index) }
        let shift = UInt64(index / divisions - 1)
        let first = UInt64(index % divisions + divisions) << shift
        return first + (1 << shift - 1)
    }
}
