package import Consent

/// Something that the log has a leaf for, kept for the person it is about: a receipt, or a record of another event.
package struct KeptReceipt: Hashable, Sendable {
    /// What it tells of.
    package enum Kind: Hashable, Sendable {
        /// The person decided about a purpose: a signed receipt (compact JWS).
        case decision(Decision.Action)
        /// How often permits were used in a day by virtue of one yes: a record (canonical JSON).
        case uses
        /// An administrator looked at the person: a record.
        case look
        /// The person asked to leave, or to stay after all: a record.
        case leave, stay
    }

    /// The decision's number; for other events a number from the same increasing count.
    package let id: DecisionID
    package let owner: PersonID
    package let kind: Kind
    /// The decision it rests on: itself, or for uses the yes that they were made under.
    package let decision: DecisionID
    /// The purpose of a decision or of uses.
    package let purpose: PurposeCode?
    /// For uses, the day counted (UTC, days since 1970).
    package let day: Int32?
    /// Milliseconds since 1970.
    package let at: Int64
    /// The receipt's or the record's exact bytes, as its leaf commits to them.
    package let bytes: [UInt8]
    /// Where its leaf stands; published or not.
    package let leaf: LeafPosition

    /// Whether ``bytes`` are a signed receipt rather than a record.
    package var isReceipt: Bool {
        if case .decision = kind { true } else { false }
    }
}

extension KeptReceipt.Kind {
    /// How the store writes it.
    var code: String {
        switch self {
        case .decision(let action): action.rawValue
        case .uses: "uses"
        case .look: "look"
        case .leave: "leave"
        case .stay: "stay"
        }
    }

    /// Reads what ``code`` writes.
    init?(code: String) {
        switch code {
        case "uses": self = .uses
        case "look": self = .look
        case "leave": self = .leave
        case "stay": self = .stay
        default:
            guard let action = Decision.Action(rawValue: code) else { return nil }
            self = .decision(action)
        }
    }
}
