/// A key's number in the keys file. Never reused: a number once given out is live or has a tombstone.
package struct KeyID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: KeyID, right: KeyID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// What a stored key is for.
package enum KeyUse: Hashable, Sendable {
    /// Everything sealed under one purpose of one person. The key's existence *is* the yes.
    case purpose(PurposeCode)
    /// What the service itself needs to keep for a person: roster, blocklist, verifiers, keyed hashes, and the
    /// wrapping of message keys within the delivery window.
    case service
    /// One day's message rows of one owner.
    case message
    /// A number that waits for its code, before any consent.
    case pendingCode

    /// How the keys file writes it.
    package var code: String {
        switch self {
        case .purpose(let purpose): purpose.rawValue
        case .service: "service"
        case .message: "message"
        case .pendingCode: "pending-code"
        }
    }

    /// Reads what ``code`` writes.
    package init?(code: String) {
        switch code {
        case "service": self = .service
        case "message": self = .message
        case "pending-code": self = .pendingCode
        default:
            guard let purpose = PurposeCode(rawValue: code) else { return nil }
            self = .purpose(purpose)
        }
    }
}

/// The yes that a purpose's key stands for.
package struct Grant: Hashable, Sendable {
    /// The ledger row that records it.
    package let decision: DecisionID
    /// The version of the terms agreed to.
    package let terms: Int
    /// The region it was given for.
    package let region: Region
    /// When, in milliseconds since 1970.
    package let at: Int64

    package init(decision: DecisionID, terms: Int, region: Region, at: Int64) {
        self.decision = decision
        self.terms = terms
        self.region = region
        self.at = at
    }
}

/// A key as the keys file holds it: wrapped, never plain.
package struct StoredKey: Sendable {
    package let id: KeyID
    package let owner: PersonID
    package let use: KeyUse
    /// Days since 1970 (UTC) when it was made.
    package let day: Int32
    /// Wrapped by the region's key; for message keys by the owner's delivery key, and absent once the delivery
    /// window has ended.
    package let wrapped: [UInt8]?
    /// For message keys: wrapped by the owner's history key, if that stood when the key was made.
    package let wrappedForHistory: [UInt8]?
    /// For keys of purposes.
    package let grant: Grant?

    package init(
        id: KeyID, owner: PersonID, use: KeyUse, day: Int32, wrapped: [UInt8]?, wrappedForHistory: [UInt8]? = nil,
        grant: Grant? = nil
    ) {
        self.id = id
        self.owner = owner
        self.use = use
        self.day = day
        self.wrapped = wrapped
        self.wrappedForHistory = wrappedForHistory
        self.grant = grant
    }
}

extension StoredKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "<key \(id.rawValue)>" }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
