/// The number of a ledger row; assigned by the store's writer, sortable by time.
package struct DecisionID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: DecisionID, right: DecisionID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// One row of the ledger: what a person decided about a purpose, under which terms, where and when.
///
/// Rows are only ever added. Refusals are recorded too, and past states stay visible.
package struct Decision: Hashable, Sendable {
    package enum Action: String, Hashable, Sendable, CaseIterable {
        /// A yes.
        case grant
        /// A no to an offer.
        case refuse
        /// A yes taken back; its key is destroyed.
        case withdraw
        /// The terms changed, so the yes permits nothing until renewed.
        case stale
        /// The person left; every key is destroyed.
        case erase
    }

    package let id: DecisionID
    package let person: PersonID
    package let purpose: PurposeCode
    package let action: Action
    /// The version of the terms the person had before them.
    package let terms: Int
    package let region: Region
    /// Milliseconds since 1970.
    package let at: Int64

    package init(
        id: DecisionID, person: PersonID, purpose: PurposeCode, action: Action, terms: Int, region: Region, at: Int64
    ) {
        self.id = id
        self.person = person
        self.purpose = purpose
        self.action = action
        self.terms = terms
        self.region = region
        self.at = at
    }
}

/// Where a person stands on one purpose: the fold of the ledger.
package enum Standing: Hashable, Sendable {
    /// Never asked or never answered: off.
    case never
    /// On, under this version of the terms, since this moment (milliseconds since 1970).
    case granted(terms: Int, since: Int64)
    case refused
    case withdrawn
    /// The yes was to these earlier terms; it permits nothing until renewed.
    case stale(terms: Int)
    case erased

    /// The standing after one more decision.
    ///
    /// After an erasure nothing changes any more: a person who returns is another person.
    package func after(_ decision: Decision) -> Standing {
        if self == .erased { return .erased }
        switch decision.action {
        case .grant: return .granted(terms: decision.terms, since: decision.at)
        case .refuse: return isOn ? self : .refused
        case .withdraw: return .withdrawn
        case .stale:
            guard case .granted(let terms, _) = self else { return self }
            return .stale(terms: terms)
        case .erase: return .erased
        }
    }

    /// Whether a yes stands.
    package var isOn: Bool {
        if case .granted = self { true } else { false }
    }
}

extension [PurposeCode: Standing] {
    /// Folds ledger rows in their order; purposes without a row are absent, which means ``Standing/never``.
    package init(folding decisions: some Sequence<Decision>) {
        self = [:]
        for decision in decisions {
            self[decision.purpose] = self[decision.purpose, default: .never].after(decision)
        }
    }
}
