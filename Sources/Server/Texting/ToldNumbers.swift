import Consent

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
