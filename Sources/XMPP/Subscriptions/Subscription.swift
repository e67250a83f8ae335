/// A presence stanza that manages subscriptions (RFC 6121 §3).
package enum SubscriptionRequest: String, CaseIterable, Hashable, Sendable {
    case subscribe, subscribed, unsubscribe, unsubscribed
}

/// A subscription's state and whether the contact's next request is approved beforehand (RFC 6121 §3.4).
package struct Subscription: Hashable, Sendable {
    package var state: SubscriptionState
    /// Approved beforehand. Used up by the request that it answers: a contact who leaves has to ask again.
    package var isApproved: Bool

    package static let none = Subscription(.none)

    package init(_ state: SubscriptionState, isApproved: Bool = false) {
        self.state = state
        self.isApproved = isApproved
    }
}

/// What the server does about one subscription stanza besides keeping the new state, in this order.
package enum SubscriptionAction: Hashable, Sendable {
    /// Send `unavailable` from each of the account's available resources to the contact.
    case sendUnavailable
    /// Send the stanza on to the contact, from the account's bare address.
    case route
    /// Hand the stanza to the account. `subscribe` goes to available resources and is kept while the state is pending
    /// in (§3.1.3); the other three go to interested resources.
    case deliver
    /// Send a subscription stanza to the contact in the account's name, from its bare address.
    case send(SubscriptionRequest)
    /// Send the last presence of each of the account's available resources to the contact.
    case sendPresence
}

/// The result of one subscription stanza.
package struct SubscriptionChange: Hashable, Sendable {
    package let subscription: Subscription
    package let actions: [SubscriptionAction]

    init(_ subscription: Subscription, _ actions: [SubscriptionAction] = []) {
        self.subscription = subscription
        self.actions = actions
    }
}

// MARK: - Outbound

extension Subscription {
    /// The account's own client sent a subscription stanza (RFC 6121 Appendix A.2).
    package func outbound(_ request: SubscriptionRequest) -> SubscriptionChange {
        switch request {
        case .subscribe: outboundSubscribe()
        case .unsubscribe: outboundUnsubscribe()
        case .subscribed: outboundSubscribed()
        case .unsubscribed: outboundUnsubscribed()
        }
    }

    /// Table A.2.1: always routed, so that two servers that disagree come together again.
    private func outboundSubscribe() -> SubscriptionChange {
        switch state {
        case .none: change(to: .noneOut, .route)
        case .noneIn: change(to: .noneOutIn, .route)
        case .from: change(to: .fromOut, .route)
        case .noneOut, .noneOutIn, .to, .toIn, .fromOut, .both: change(to: state, .route)
        }
    }

    /// Table A.2.2: always routed, for the same reason.
    private func outboundUnsubscribe() -> SubscriptionChange {
        switch state {
        case .none, .noneOut, .to: change(to: .none, .route)
        case .noneIn, .noneOutIn, .toIn: change(to: .noneIn, .route)
        case .from, .fromOut, .both: change(to: .from, .route)
        }
    }

    /// Table A.2.3 and §3.4.2: an answer to a request, or else an approval beforehand.
    private func outboundSubscribed() -> SubscriptionChange {
        switch state {
        case .noneIn: change(to: .from, .route, .sendPresence)
        case .noneOutIn: change(to: .fromOut, .route, .sendPresence)
        case .toIn: change(to: .both, .route, .sendPresence)
        case .none, .noneOut, .to: SubscriptionChange(Subscription(state, isApproved: true))
        case .from, .fromOut, .both: change(to: state)
        }
    }

    /// Table A.2.4: a refusal or cancellation; an approval beforehand ends with it (§3.2.1).
    private func outboundUnsubscribed() -> SubscriptionChange {
        switch state {
        case .none, .noneOut, .to: SubscriptionChange(Subscription(state))
        case .noneIn: cancel(.none, .route)
        case .noneOutIn: cancel(.noneOut, .route)
        case .toIn: cancel(.to, .route)
        case .from: cancel(.none, .sendUnavailable, .route)
        case .fromOut: cancel(.noneOut, .sendUnavailable, .route)
        case .both: cancel(.to, .sendUnavailable, .route)
        }
    }
}

// MARK: - Inbound

extension Subscription {
    /// A contact's subscription stanza arrived for the account (RFC 6121 Appendix A.3).
    package func inbound(_ request: SubscriptionRequest) -> SubscriptionChange {
        switch request {
        case .subscribe: inboundSubscribe()
        case .unsubscribe: inboundUnsubscribe()
        case .subscribed: inboundSubscribed()
        case .unsubscribed: inboundUnsubscribed()
        }
    }

    /// Table A.3.1. One who is subscribed already, or approved beforehand, is answered without asking the person.
    private func inboundSubscribe() -> SubscriptionChange {
        switch state {
        case .none: isApproved ? cancel(.from, .send(.subscribed), .sendPresence) : change(to: .noneIn, .deliver)
        case .noneOut:
            isApproved ? cancel(.fromOut, .send(.subscribed), .sendPresence) : change(to: .noneOutIn, .deliver)
        case .to: isApproved ? cancel(.both, .send(.subscribed), .sendPresence) : change(to: .toIn, .deliver)
        case .noneIn, .noneOutIn, .toIn: change(to: state)
        case .from, .fromOut, .both: change(to: state, .send(.subscribed))
        }
    }

    /// Table A.3.2.
    private func inboundUnsubscribe() -> SubscriptionChange {
        switch state {
        case .none, .noneOut, .to: change(to: state)
        case .noneIn: change(to: .none, .deliver)
        case .noneOutIn: change(to: .noneOut, .deliver)
        case .toIn: change(to: .to, .deliver)
        case .from: change(to: .none, .deliver, .sendUnavailable)
        case .fromOut: change(to: .noneOut, .deliver, .sendUnavailable)
        case .both: change(to: .to, .deliver, .sendUnavailable)
        }
    }

    /// Table A.3.3: only an answer to a question of ours counts.
    private func inboundSubscribed() -> SubscriptionChange {
        switch state {
        case .noneOut: change(to: .to, .deliver)
        case .noneOutIn: change(to: .toIn, .deliver)
        case .fromOut: change(to: .both, .deliver)
        case .none, .noneIn, .to, .toIn, .from, .both: change(to: state)
        }
    }

    /// Table A.3.4.
    private func inboundUnsubscribed() -> SubscriptionChange {
        switch state {
        case .none, .noneIn, .from: change(to: state)
        case .noneOut, .to: change(to: .none, .deliver)
        case .noneOutIn, .toIn: change(to: .noneIn, .deliver)
        case .fromOut, .both: change(to: .from, .deliver)
        }
    }

    private func change(to state: SubscriptionState, _ actions: SubscriptionAction...) -> SubscriptionChange {
        SubscriptionChange(Subscription(state, isApproved: isApproved), actions)
    }

    /// A change that leaves no approval behind.
    private func cancel(_ state: SubscriptionState, _ actions: SubscriptionAction...) -> SubscriptionChange {
        SubscriptionChange(Subscription(state), actions)
    }
}
