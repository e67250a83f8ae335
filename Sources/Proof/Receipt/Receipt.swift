/// What a person holds of one decision: who decided what, where, when, under which words, and how to undo it.
///
/// It carries the address that its person chose and never a phone number: whoever has the person's number must not find
/// their receipts by it.
package struct Receipt: Equatable, Sendable {
    /// What was decided. The raw values are those of the ledger.
    package enum Event: String, CaseIterable, Hashable, Sendable {
        /// A yes.
        case grant
        /// A no to an offer.
        case refuse
        /// A yes taken back; its key is destroyed.
        case withdraw
        /// The terms changed, so the yes permits nothing until renewed.
        case stale
        /// The account ended; every key is destroyed.
        case erase

        /// Whether this is an actor's to do: nobody answers for somebody else, and nobody's yes goes stale by their own doing.
        package func isFor(_ actor: Actor) -> Bool {
            switch self {
            case .grant, .refuse: actor == .person
            case .withdraw, .erase: true
            case .stale: actor != .person
            }
        }
    }

    /// Who made it happen.
    package enum Actor: String, CaseIterable, Hashable, Sendable {
        case person
        case administrator
        case server
    }

    /// The server that answers for it, such as `example.org`.
    package let domain: String
    /// Where the person's data lies.
    package let region: String
    /// The person's address, such as `alice@example.org`.
    package let address: String
    package let purposes: [Purpose]
    package let event: Event
    package let actor: Actor
    /// The version of the terms that the person had before them.
    package let terms: Int
    /// The SHA-256 of the terms document's bytes, in lower-case hexadecimal.
    package let termsSHA256: String
    /// When it was decided, in milliseconds since 1970.
    package let at: Int64
    /// The number of the ledger's row.
    package let decision: Int64
    /// The ``id`` of the receipt before this one about the same purpose, if any.
    package let earlier: String?

    /// `actor` is the person unless said, and the server for what went stale.
    package init(
        domain: String, region: String, address: String, purposes: [Purpose], event: Event, actor: Actor? = nil,
        terms: Int, termsSHA256: String, at: Int64, decision: Int64, earlier: String? = nil
    ) {
        let actor = actor ?? (event == .stale ? .server : .person)
        assert(!address.hasPrefix("+"), "a receipt never carries a phone number")
        assert(event.isFor(actor), "nobody decides for somebody else")
        self.domain = domain
        self.region = region
        self.address = address
        self.purposes = purposes
        self.event = event
        self.actor = actor
        self.terms = terms
        self.termsSHA256 = termsSHA256
        self.at = at
        self.decision = decision
        self.earlier = earlier
    }

    /// How other receipts and records refer to this one: `example.org/eu/decision/42`.
    package var id: String { Self.id(of: decision, domain: domain, region: region) }

    /// The ``id`` of the receipt of a ledger row.
    package static func id(of decision: Int64, domain: String, region: String) -> String {
        "\(domain)/\(region)/decision/\(decision)"
    }
}
