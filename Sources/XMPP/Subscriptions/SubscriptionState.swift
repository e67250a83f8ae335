/// The nine states of a presence subscription between an account and a contact (RFC 6121 Appendix A.1).
///
/// Named from the account's side: `to` means that the account receives the contact's presence, `from` that the contact
/// receives the account's, `Out` that a request of ours is unanswered, `In` that one of theirs is.
package enum SubscriptionState: String, CaseIterable, Hashable, Sendable {
    case none
    case noneOut = "none+out"
    case noneIn = "none+in"
    case noneOutIn = "none+out+in"
    case to
    case toIn = "to+in"
    case from
    case fromOut = "from+out"
    case both
}

extension SubscriptionState {
    /// The account receives the contact's presence.
    package var isTo: Bool {
        switch self {
        case .to, .toIn, .both: true
        case .none, .noneOut, .noneIn, .noneOutIn, .from, .fromOut: false
        }
    }

    /// The contact receives the account's presence.
    package var isFrom: Bool {
        switch self {
        case .from, .fromOut, .both: true
        case .none, .noneOut, .noneIn, .noneOutIn, .to, .toIn: false
        }
    }

    /// The account has asked and has no answer yet: `ask='subscribe'` in the roster.
    package var isPendingOut: Bool {
        switch self {
        case .noneOut, .noneOutIn, .fromOut: true
        case .none, .noneIn, .to, .toIn, .from, .both: false
        }
    }

    /// The contact has asked and has no answer yet. Roster items don't show it (RFC 6121 §2.1.2).
    package var isPendingIn: Bool {
        switch self {
        case .noneIn, .noneOutIn, .toIn: true
        case .none, .noneOut, .to, .from, .fromOut, .both: false
        }
    }

    /// The value of a roster item's `subscription` attribute (RFC 6121 §2.1.2.5).
    package var attribute: String {
        switch (isTo, isFrom) {
        case (true, true): "both"
        case (true, false): "to"
        case (false, true): "from"
        case (false, false): "none"
        }
    }
}
