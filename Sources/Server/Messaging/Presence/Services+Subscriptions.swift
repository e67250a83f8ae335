// SPDX-License-Identifier: Apache-2.0

import Store
import Wire
import XMPP

/// Presence subscriptions between people here (RFC 6121 §3). Each side's record changes in a transaction of its own,
/// the asking side's first; its stanza then arrives at the other side as from another server.
extension Services {
    /// One of our people's clients sent a subscription stanza.
    func subscribe(
        _ request: SubscriptionRequest, to contact: JID, content: PresenceContent, of account: Account
    ) async throws(StanzaError) {
        try await requireReachable(contact)
        try await change(account, contact) { item, _ throws(StanzaError) in
            RosterChange.outbound(request, to: contact, item: item)
        } routing: {
            await arrive(request, from: account.address, content: content, at: contact)
        }
    }

    /// A subscription stanza of one of our people arrives at its addressee.
    private func arrive(
        _ request: SubscriptionRequest, from sender: JID, content: PresenceContent = .empty, at contact: JID
    ) async {
        guard let name = contact.local, let account = await account(named: name) else {
            // An address that nobody has is answered like a person who refuses (§3.1.3).
            if request == .subscribe { await arrive(.unsubscribed, from: contact, at: sender) }
            return
        }
        guard !account.blocks(sender) else { return }
        try? await change(account, sender) { item, count throws(StanzaError) in
            RosterChange.inbound(request, from: sender, content: content, item: item, count: count)
        } routing: {
        } delivering: {
            deliver(request, from: sender, content, to: account)
        }
    }

    private func deliver(
        _ request: SubscriptionRequest, from sender: JID, _ content: PresenceContent, to account: Account
    ) {
        let bytes = content.stanza(type: request.type, from: sender, to: account.address)
        let sessions = account.withState { state in
            state.resources.takers(ofPresence: request.type, resource: nil).compactMap { state.sessions[$0] }
        }
        for session in sessions { session.post { $0.send(bytes) } }
    }

    /// Does what a change of `account`'s record of `contact` asks for, in order.
    func perform(
        _ actions: [SubscriptionAction], of account: Account, contact: JID,
        routing: () async -> Void = {}, delivering: () async -> Void = {}
    ) async {
        for action in actions {
            switch action {
            case .route: await routing()
            case .deliver: await delivering()
            case .send(let request): await arrive(request, from: account.address, at: contact)
            case .sendPresence: await showPresence(of: account, to: [contact])
            case .sendUnavailable: await showAbsence(of: account, to: [contact])
            }
        }
    }

    /// Sends the presence of each available resource to contacts who may see it.
    func showPresence(of account: Account, to contacts: [JID]) async {
        for contact in contacts {
            await show(to: contact, of: account) { content, from in content.stanza(from: from, to: contact) }
        }
    }

    /// Sends `unavailable` from each available resource.
    func showAbsence(of account: Account, to contacts: [JID]) async {
        for contact in contacts {
            await show(to: contact, of: account) { _, from in
                Presence.bytes(type: .unavailable, from: from, to: contact)
            }
        }
    }

    private func show(
        to contact: JID, of account: Account, _ bytes: @Sendable (PresenceContent, JID) -> [UInt8]
    ) async {
        guard contact.isAt(domain: domain.domain), !contact.isNumberLike, let name = contact.local,
            let target = await self.account(named: name), !target.blocks(account.address)
        else { return }
        let stanzas = account.withState { state in
            state.resources.available.compactMap { resource in
                resource.presence.map { bytes($0, account.address(of: resource.name)) }
            }
        }
        let sessions = target.withState { state in
            state.resources.available.compactMap { state.sessions[$0.name] }
        }
        for session in sessions {
            for stanza in stanzas { session.post { $0.send(stanza) } }
        }
    }
}

extension SubscriptionRequest {
    fileprivate var type: StanzaType {
        switch self {
        case .subscribe: .subscribe
        case .subscribed: .subscribed
        case .unsubscribe: .unsubscribe
        case .unsubscribed: .unsubscribed
        }
    }
}
