/// What the service keeps for a person by name, sealed under their service key. The raw value is a column's.
package enum KeptKind: Int64, Hashable, Sendable, CaseIterable {
    /// By bare address; a ``RosterItem``.
    case rosterItem = 1
    /// By address; no value.
    case blocked = 2
    /// By bare address of who asks; the stanza.
    case subscriptionRequest = 3
    /// By namespace of its element; the element.
    case privateXML = 4
    /// By the empty name; the element.
    case vCard = 5
    /// By name; small settings of the person.
    case setting = 6

    /// How many of a kind one person may keep.
    package var limit: Int {
        switch self {
        case .rosterItem: 2_000
        case .blocked: 2_000
        case .subscriptionRequest: 500
        case .privateXML: 100
        case .vCard: 1
        case .setting: 100
        }
    }
}

/// A named value of a person.
package struct Kept: Hashable, Sendable {
    package let name: [UInt8]
    package let value: [UInt8]

    package init(name: [UInt8], value: [UInt8]) {
        self.name = name
        self.value = value
    }
}

/// A contact in a roster (RFC 6121 §2).
package struct RosterItem: Hashable, Sendable {
    /// RFC 6121 §2.1.2.5.
    package enum Subscription: UInt8, Hashable, Sendable {
        case none = 0
        case to = 1
        case from = 2
        case both = 3
    }

    /// The contact's bare address, UTF-8.
    package var address: [UInt8]
    package var name: String
    package var subscription: Subscription
    /// A request of ours is unanswered (`ask='subscribe'`).
    package var isAsking: Bool
    /// Subscription was approved in advance.
    package var isApproved: Bool
    package var groups: [String]

    package init(
        address: [UInt8], name: String = "", subscription: Subscription = .none, isAsking: Bool = false,
        isApproved: Bool = false, groups: [String] = []
    ) {
        self.address = address
        self.name = name
        self.subscription = subscription
        self.isAsking = isAsking
        self.isApproved = isApproved
        self.groups = groups
    }

    var packed: [UInt8] {
        let flags = subscription.rawValue | (isAsking ? 0x10 : 0) | (isApproved ? 0x20 : 0)
        return Packed.pack([[flags], Array(name.utf8)] + groups.map { Array($0.utf8) })
    }

    init?(address: [UInt8], packed: [UInt8]) {
        guard let fields = Packed.unpack(packed), fields.count >= 2, let flags = fields[0].first,
            let subscription = Subscription(rawValue: flags & 0x0F)
        else { return nil }
        self.init(
            address: address, name: String(decoding: fields[1], as: UTF8.self), subscription: subscription,
            isAsking: flags & 0x10 != 0, isApproved: flags & 0x20 != 0,
            groups: fields.dropFirst(2).map { String(decoding: $0, as: UTF8.self) })
    }
}
