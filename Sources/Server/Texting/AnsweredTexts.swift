import Consent
import Store

/// Tells a text that the carrier sends again from a new one that says the same.
///
/// A carrier sends again what it saw no answer to, and gives it no name that says so. So texts with the same words
/// between the same numbers are counted, and the count is part of their name: within one connection each is new. When
/// a connection breaks, those answered just before it may not have been heard, and are counted as if they had not been.
/// The name also bears the time, so that nothing is taken for a repetition after twenty minutes.
struct AnsweredTexts: Sendable {
    /// How long before the end of a connection an answer may have been lost, in milliseconds.
    private static let doubt: Int64 = 60_000
    /// The length of the slices of time that names bear.
    private static let slice: Int64 = 600_000
    private static let limit = 4_096

    private var counts: [BlindValue: (count: Int, last: Int64)] = [:]

    /// The names under which this text may be known: in this slice of time, and in the one before.
    func names(of text: BlindValue, now: Int64) -> [[UInt8]] {
        let count = counts[text]?.count ?? 0
        return [now / Self.slice, now / Self.slice - 1].map { slice in
            text.bytes + Array("\(count) \(slice)".utf8)
        }
    }

    /// A text was stored and is being answered.
    mutating func answered(_ text: BlindValue, now: Int64) {
        if counts.count >= Self.limit { counts = counts.filter { now - $0.value.last < 2 * Self.slice } }
        if counts.count >= Self.limit { counts = [:] }
        counts[text] = ((counts[text]?.count ?? 0) + 1, now)
    }

    /// The connection broke.
    mutating func disconnected(now: Int64) {
        counts = counts.mapValues { entry in
            now - entry.last < Self.doubt ? (max(entry.count - 1, 0), entry.last) : entry
        }
    }
}

/// Numbers that have been told what this service is; each is told once. Nothing about strangers is written down, so a
/// restart forgets it. Bounded: when full, nobody new is told.
struct ToldNumbers: Sendable {
    private static let limit = 10_000

    private var told: Set<BlindValue> = []

    /// Whether the number may be told now; it counts as told from then on.
    mutating func mayTell(_ number: BlindValue) -> Bool {
        told.count < Self.limit && told.insert(number).inserted
    }
}
