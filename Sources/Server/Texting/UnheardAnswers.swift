/// Tells a text that the carrier sends again from a new one that says the same.
///
/// A carrier sends again what it heard no answer to, and gives it no name that says so. Within one connection each text is
/// new. When a connection breaks, or this program, the answers to what was stored just before may not have been heard: each
/// of those texts is expected once more, for as long as carriers try again.
struct UnheardAnswers: Sendable {
    /// How long before a connection's beginning an answer may have been lost, in milliseconds.
    static let doubt: Int64 = 60_000
    /// How long a carrier tries again on a new connection, in milliseconds. After that the same words are a new text.
    static let patience: Int64 = 1_200_000

    private var began: Int64?

    /// A connection begins, at `now` in milliseconds since 1970.
    mutating func connected(now: Int64) {
        began = now
    }

    /// Between which moments texts were stored whose answers may not have been heard; nil if there are none any more.
    func stored(now: Int64) -> Range<Int64>? {
        guard let began, now < began + Self.patience else { return nil }
        return began - Self.doubt..<began
    }
}
