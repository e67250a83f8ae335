/// Tells a text that the carrier sends again from a new one that says the same.
///
/// A carrier sends again what it heard no answer to, and gives it no name that says so. Within one connection each text is
/// new. When a connection breaks, or this program, the answers to what was stored just before may not have been heard: each
/// of those texts is expected once more on the next connection, however long that takes to come, and then for as long as
/// carriers try again. An end in good order leaves no doubt.
struct UnheardAnswers: Sendable {
    /// How long before a connection's end an answer may have been lost, in milliseconds.
    static let doubt: Int64 = 60_000
    /// How long a carrier tries again on a new connection, in milliseconds. After that the same words are a new text.
    static let patience: Int64 = 1_200_000

    /// Since when answers may be unheard.
    private var since: Int64?
    /// When the connection began on which texts are expected again; nil while there is none since the break.
    private var beginning: Int64?

    /// A connection has ended otherwise than in good order, at `now` in milliseconds since 1970. What is still expected from
    /// before an earlier break stays expected.
    mutating func ended(now: Int64) {
        let earlier = isExpecting(now: now) ? since : nil
        since = min(earlier ?? .max, now - Self.doubt)
        beginning = nil
    }

    /// A connection begins. If there was no doubt, it brings none.
    mutating func began(now: Int64) {
        if beginning == nil { beginning = now }
    }

    /// Between which moments texts were stored whose answers may not have been heard; nil if there are none any more.
    func stored(now: Int64) -> Range<Int64>? {
        guard let since, let beginning, now >= beginning, isExpecting(now: now) else { return nil }
        // The clock may have been set back in between.
        return min(since, beginning - Self.doubt)..<beginning
    }

    private func isExpecting(now: Int64) -> Bool {
        guard since != nil, let beginning else { return since != nil }
        return now < beginning + Self.patience
    }
}
