import Consent

/// The number of a stored message, assigned by the writer: milliseconds since 1970, then a count. Sorts by time and
/// is never given out twice in a region, over restarts and clock changes too.
package struct ArchiveID: RawRepresentable, Hashable, Comparable, Sendable {
    /// How many low bits count within a millisecond.
    static let countBits: Int64 = 20

    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The first number of a millisecond, for bounds of a time range.
    package init(firstAt milliseconds: Int64) {
        rawValue = min(max(milliseconds, 0), .max >> Self.countBits) << Self.countBits
    }

    /// When it was assigned, in milliseconds since 1970.
    package var milliseconds: Int64 {
        rawValue >> Self.countBits
    }

    package static func < (left: ArchiveID, right: ArchiveID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// Hands out archive ids, strictly increasing whatever the clock does.
struct ArchiveClock: Sendable {
    private(set) var last: Int64

    init(after last: Int64) {
        self.last = last
    }

    mutating func next(now: Int64) -> ArchiveID {
        last = max(last + 1, ArchiveID(firstAt: now).rawValue)
        return ArchiveID(rawValue: last)
    }
}

extension ArchiveID {
    /// Decisions are numbered from the same count.
    var decision: DecisionID { DecisionID(rawValue: rawValue) }
}
