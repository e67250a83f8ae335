/// What the log commits to beside decisions: no receipt, as nobody decided anything, but it shall not be denied later.
package struct LedgerRecord: Hashable, Sendable {
    package enum Event: Hashable, Sendable {
        /// An administrator looked at a person; `verb` is the command, such as `person show`.
        case look(address: String, verb: String, at: Int64)
        /// How often a purpose was used on one day (days since 1970, UTC) by the yes of one receipt.
        case uses(receipt: String, purpose: String, day: Int, count: Int)
        /// Terms were published; the SHA-256 is that of their document, in lower-case hexadecimal.
        case terms(version: Int, sha256: String, at: Int64)
        /// A person asked to leave; their account ends at `due` unless they take it back.
        case leave(address: String, at: Int64, due: Int64)
        /// A person took back that they leave.
        case stay(address: String, at: Int64)
    }

    /// The server that answers for it, such as `example.org`.
    package let domain: String
    package let region: String
    /// Moments in it are milliseconds since 1970.
    package let event: Event

    package init(domain: String, region: String, event: Event) {
        self.domain = domain
        self.region = region
        self.event = event
    }

    /// What the record says, for people.
    package var sentence: String {
        switch event {
        case .look(let address, let verb, let at):
            "An administrator of \(domain) looked at \(address) with \"\(verb)\" on \(Self.moment(at))."
        case .uses(let receipt, let purpose, let day, let count):
            "\(purpose) was used \(count == 1 ? "once" : "\(count) times") on \(Self.date(day)) by the yes in the receipt \(receipt)."
        case .terms(let version, let sha256, let at):
            "\(domain) published version \(version) of its terms on \(Self.moment(at)); their document has the SHA-256 \(sha256)."
        case .leave(let address, let at, let due):
            "\(address) asked on \(Self.moment(at)) to leave \(domain); the account ends on \(Self.moment(due)) unless they write \"stay\"."
        case .stay(let address, let at):
            "\(address) took back on \(Self.moment(at)) that they leave \(domain)."
        }
    }
}
