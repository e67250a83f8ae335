/// What one event does to one contact of an account: to keep, to do, to push.
///
/// Keep `item` durably first, then perform `actions` in order, then send `push` to every interested resource.
package struct RosterChange: Hashable, Sendable {
    /// The contact's record from now on; `nil` if nothing is kept any longer.
    package let item: RosterItem?
    package let actions: [SubscriptionAction]
    package let push: RosterPush?

    private init(from old: RosterItem?, to new: RosterItem?, actions: [SubscriptionAction] = []) {
        var new = new
        if let item = new, !item.subscription.state.isPendingIn { new?.request = nil }
        item = new
        self.actions = actions
        if let new {
            push = new.looksDifferent(from: old) ? .changed(new) : nil
        } else {
            push = old.flatMap { $0.isListed ? .removed($0.jid) : nil }
        }
    }
}

extension RosterChange {
    /// The account's own client sent a subscription stanza to `contact` (RFC 6121 §3).
    ///
    /// Asking for a subscription, or approving one, adds the contact to the roster (§3.1.2, §3.1.5, §3.4.2).
    package static func outbound(_ request: SubscriptionRequest, to contact: JID, item: RosterItem?) -> RosterChange {
        var new = item ?? RosterItem(jid: contact.bare, isListed: false)
        let change = new.subscription.outbound(request)
        new.subscription = change.subscription
        switch request {
        case .subscribe, .subscribed: new.isListed = true
        case .unsubscribe, .unsubscribed: break
        }
        return RosterChange(from: item, to: new.worthKeeping, actions: change.actions)
    }

    /// A subscription stanza of `contact` arrived for the account (RFC 6121 §3).
    ///
    /// `content` is what the stanza carries; the first of several requests is the one that is kept (§3.1.3). `count` is
    /// how many records the account has; a stranger's request beyond the limit is dropped.
    package static func inbound(
        _ request: SubscriptionRequest, from contact: JID, content: PresenceContent = .empty, item: RosterItem?,
        count: Int, limits: RosterLimits = .standard
    ) -> RosterChange {
        if item == nil, count >= limits.items { return RosterChange(from: nil, to: nil) }
        var new = item ?? RosterItem(jid: contact.bare, isListed: false)
        let change = new.subscription.inbound(request)
        if change.subscription.state.isPendingIn, new.request == nil { new.request = content }
        new.subscription = change.subscription
        return RosterChange(from: item, to: new.worthKeeping, actions: change.actions)
    }

    /// A client added a contact or changed its name or groups (RFC 6121 §2.3–2.4).
    ///
    /// `resource-constraint` if the roster is full.
    package static func setting(
        _ jid: JID, name: String?, groups: [String], item: RosterItem?, count: Int, limits: RosterLimits = .standard
    ) throws(StanzaError) -> RosterChange {
        guard item != nil || count < limits.items else {
            throw StanzaError(.resourceConstraint, text: "The roster is full: remove a contact first.")
        }
        let new = RosterItem(
            jid: jid.bare, name: name, groups: groups, subscription: item?.subscription ?? .none,
            request: item?.request)
        return RosterChange(from: item, to: new)
    }

    /// A client removed a contact (RFC 6121 §2.5). `item-not-found` if it isn't in the roster.
    ///
    /// Unanswered requests end too, in both directions.
    package static func removing(_ item: RosterItem?) throws(StanzaError) -> RosterChange {
        guard let item, item.isListed else { throw StanzaError(.itemNotFound) }
        let state = item.subscription.state
        var actions: [SubscriptionAction] = []
        if state.isTo || state.isPendingOut { actions.append(.send(.unsubscribe)) }
        if state.isFrom { actions.append(.sendUnavailable) }
        if state.isFrom || state.isPendingIn { actions.append(.send(.unsubscribed)) }
        return RosterChange(from: item, to: nil, actions: actions)
    }
}

extension RosterItem {
    /// Itself, unless it is an invisible record that records nothing.
    fileprivate var worthKeeping: RosterItem? {
        isListed || subscription != .none ? self : nil
    }
}
