import XMPP

/// Two accounts that subscribe to each other, or don't, in any order: as long as nothing crosses on the way, what one has from the
/// other is what the other gives it (RFC 6121 Appendix A), and nobody sees presence without a yes.
func fuzzSubscriptions(_ input: [UInt8]) {
    guard let romeo = JID("romeo@montague.example"), let juliet = JID("juliet@capulet.example") else { return }
    var choices = Choices(input)
    var items: [JID: RosterItem] = [:]
    var hasAgreed: [JID: Bool] = [:]
    while !choices.isEmpty {
        let (me, other) = choices.below(2) == 0 ? (romeo, juliet) : (juliet, romeo)
        let operation = choices.below(6)
        let change: RosterChange?
        switch operation {
        case 4: change = try? .removing(items[me])
        case 5:
            let name = choices.below(2) == 0 ? nil : "name"
            change = try? .setting(other, name: name, groups: [], item: items[me], count: items.count)
        default:
            let request = SubscriptionRequest.allCases[operation]
            // Only a yes that comes after the last no counts.
            if request == .subscribed { hasAgreed[me] = true }
            if request == .unsubscribed { hasAgreed[me] = false }
            change = .outbound(request, to: other, item: items[me])
            perform(SubscriptionRequest.allCases[operation], change, from: me, to: other, &items)
        }
        if operation >= 4, let change {
            if operation == 4 { hasAgreed[me] = false }
            perform(nil, change, from: me, to: other, &items)
        }
        let states = (state(items[romeo]), state(items[juliet]))
        precondition(states.0.isTo == states.1.isFrom && states.1.isTo == states.0.isFrom, "they disagree")
        precondition(states.0.isPendingOut == states.1.isPendingIn, "they disagree about a request")
        precondition(states.1.isPendingOut == states.0.isPendingIn, "they disagree about a request")
        for (account, state) in [(romeo, states.0), (juliet, states.1)] where state.isFrom {
            precondition(hasAgreed[account] == true, "presence without a yes")
        }
    }
}

private func state(_ item: RosterItem?) -> SubscriptionState { item?.subscription.state ?? .none }

/// What the server does about a change, and what that does on the other side, to the end.
private func perform(
    _ request: SubscriptionRequest?, _ change: RosterChange?, from: JID, to: JID, _ items: inout [JID: RosterItem]
) {
    guard let change else { return }
    items[from] = change.item
    precondition(change.item.map { $0.jid == to } ?? true, "another's record")
    for action in change.actions {
        let sent: SubscriptionRequest
        switch action {
        case .route:
            guard let request else { preconditionFailure("nothing to route") }
            sent = request
        case .send(let other): sent = other
        case .sendPresence:
            precondition(state(items[from]).isFrom, "presence to one who isn't subscribed")
            continue
        case .sendUnavailable, .deliver: continue
        }
        let answer = RosterChange.inbound(sent, from: from, item: items[to], count: items.count)
        perform(sent, answer, from: to, to: from, &items)
    }
}
