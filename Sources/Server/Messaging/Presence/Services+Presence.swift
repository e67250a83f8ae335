// SPDX-License-Identifier: Apache-2.0

import Store
import Wire
import XMPP

/// Presence (RFC 6121 §4): what a session says of itself, and who hears it.
extension Services {
    /// Handles a presence stanza of one of our people. - Returns: stanzas for the session itself.
    func accept(presence stanza: Stanza, of account: Account, session: SessionHandle) async -> [[UInt8]] {
        do throws(StanzaError) {
            switch try PresenceRequest(stanza, owner: account.address) {
            case .broadcast(let content): try await broadcast(content, of: account, session: session)
            case .withdraw(let content): try await withdraw(content, of: account, session: session)
            case .direct(let to, let isAvailable):
                try await direct(stanza, to: to, isAvailable: isAvailable, of: account, session: session)
            case .subscription(let request, let contact):
                try await subscribe(request, to: contact, content: PresenceContent(request: stanza), of: account)
            case .probe(let to): await probe(to, by: account, for: session)
            case .route(let to):
                guard let from = stanza.from else { return [] }
                await deliver(presence: { stanza.forwarded(from: from, to: $0) }, from: from, to: to)
            case .nothing: break
            }
            return []
        } catch {
            return [stanza.error(error)].compactMap { $0 }
        }
    }

    // MARK: To all who subscribed

    private func broadcast(
        _ content: PresenceContent, of account: Account, session: SessionHandle
    ) async throws(StanzaError) {
        let roster = try await roster(of: account)
        let broadcast = account.withState { state in
            let blocklist = state.blocklist
            return state.resources.broadcast(
                content, from: session.resource, roster: roster, isBlocked: blocklist.blocks)
        }
        session.post { content.priority >= 0 ? $0.startFeed() : $0.stopFeed() }
        await send(broadcast, content, .available, of: account, resource: session.resource)
        if let initial = broadcast.initial { await welcome(session, of: account, initial, roster: roster) }
    }

    private func withdraw(
        _ content: PresenceContent, of account: Account, session: SessionHandle
    ) async throws(StanzaError) {
        let roster = try await roster(of: account)
        let broadcast = account.withState { state in
            let blocklist = state.blocklist
            return state.resources.withdraw(session.resource, roster: roster, isBlocked: blocklist.blocks)
        }
        session.post { $0.stopFeed() }
        await send(broadcast, content, .unavailable, of: account, resource: session.resource)
    }

    /// A session ended; its contacts hear of it as if it had said so (RFC 6121 §4.5.2).
    func sessionEnded(_ session: SessionHandle, of account: Account) async {
        let roster = (try? await roster(of: account)) ?? []
        let broadcast = account.withState { state -> PresenceBroadcast? in
            guard state.sessions[session.resource]?.id == session.id else { return nil }
            state.sessions[session.resource] = nil
            let blocklist = state.blocklist
            return state.resources.disconnect(session.resource, roster: roster, isBlocked: blocklist.blocks)
        }
        guard let broadcast else { return }
        await send(broadcast, .empty, .unavailable, of: account, resource: session.resource)
    }

    private func send(
        _ broadcast: PresenceBroadcast, _ content: PresenceContent, _ type: StanzaType, of account: Account,
        resource: String
    ) async {
        let from = account.address(of: resource)
        let bytes: @Sendable (JID) -> [UInt8] = { content.stanza(type: type, from: from, to: $0) }
        for name in broadcast.resources {
            let to = account.address(of: name)
            account.session(name)?.post { $0.send(bytes(to)) }
        }
        for contact in broadcast.contacts + broadcast.directed {
            await deliver(presence: bytes, from: from, to: contact)
        }
    }

    /// Hands presence to the resources of somebody here. Number aliases take none yet; nobody is told.
    private func deliver(presence bytes: @Sendable (JID) -> [UInt8], from: JID, to: JID) async {
        guard let account = await presenceTarget(to), !account.blocks(from) else { return }
        let sessions = account.withState { state -> [SessionHandle] in
            if let resource = to.resource { return [state.sessions[resource]].compactMap { $0 } }
            return state.resources.available.compactMap { state.sessions[$0.name] }
        }
        let stanza = bytes(to)
        for session in sessions { session.post { $0.send(stanza) } }
    }

    private func presenceTarget(_ to: JID) async -> Account? {
        guard to.isAt(domain: domain.domain), !to.isNumberLike, let name = to.local else { return nil }
        return await account(named: name)
    }

    /// What a resource gets when it becomes available (RFC 6121 §4.2.2, §4.3, §3.1.3).
    private func welcome(
        _ session: SessionHandle, of account: Account, _ initial: PresenceBroadcast.Initial, roster: [RosterItem]
    ) async {
        let own = account.address(of: session.resource)
        let others = account.withState { state in
            initial.others.compactMap { name in state.resources[name]?.presence.map { (name, $0) } }
        }
        for (name, content) in others {
            let bytes = content.stanza(from: account.address(of: name), to: own)
            session.post { $0.send(bytes) }
        }
        for contact in initial.probes {
            await probe(contact, by: account, for: session)
        }
        for contact in initial.requests {
            let content = roster.first { $0.jid == contact }?.request ?? .empty
            let bytes = content.stanza(type: .subscribe, from: contact, to: account.address)
            session.post { $0.send(bytes) }
        }
    }

    // MARK: Probes (RFC 6121 §4.3)

    private func probe(_ contact: JID, by account: Account, for session: SessionHandle) async {
        guard let target = await presenceTarget(contact) else {
            // An address that nobody has answers like a stranger's.
            guard contact.isAt(domain: domain.domain), !contact.isNumberLike, contact.local != nil else { return }
            let bytes = Presence.bytes(type: .unsubscribed, from: contact.bare, to: account.address)
            return session.post { $0.send(bytes) }
        }
        let item = try? await store.read { snapshot throws(StoreError) in
            try snapshot.rosterItem(account.address, of: target)
        }
        let asker = account.address
        let answers = target.withState { state -> [[UInt8]] in
            let blocks = state.blocklist.blocks(asker)
            switch state.resources.probed(resource: contact.resource, by: asker, item: item ?? nil, isBlocked: blocks) {
            case .nothing: return []
            case .unsubscribed: return [Presence.bytes(type: .unsubscribed, from: target.address, to: asker)]
            case .unavailable: return []
            case .available(let names):
                return names.compactMap { name in
                    state.resources[name]?.presence?.stanza(from: target.address(of: name), to: asker)
                }
            }
        }
        for bytes in answers { session.post { $0.send(bytes) } }
    }

    // MARK: To one address

    private func direct(
        _ stanza: Stanza, to: JID, isAvailable: Bool, of account: Account, session: SessionHandle
    ) async throws(StanzaError) {
        guard let from = stanza.from else { return }
        try await requireReachable(to)
        if account.blocks(to) { throw BlockingRules.outbound }
        let item = try await stored { snapshot throws(StoreError) in try snapshot.rosterItem(to, of: account) }
        let isSubscriber = item?.subscription.state.isFrom ?? false
        try account.withState { state in
            Result { () throws(StanzaError) in
                try state.resources.direct(
                    from: session.resource, to: to, isAvailable: isAvailable, isSubscriber: isSubscriber)
            }
        }.get()
        await deliver(presence: { stanza.forwarded(from: from, to: $0) }, from: from, to: to)
    }

    /// Presence leaves for people here only. A number gets the one fixed answer, whoever's it is.
    func requireReachable(_ to: JID) async throws(StanzaError) {
        guard to.isAt(domain: domain.domain) else { throw StanzaError(.remoteServerNotFound) }
        guard !to.isNumberLike else {
            throw StanzaError(
                .serviceUnavailable, text: "Presence isn't shared with phone numbers. Texts to the number work.")
        }
    }

    func roster(of account: Account) async throws(StanzaError) -> [RosterItem] {
        try await stored { snapshot throws(StoreError) in try snapshot.rosterItems(of: account) }
    }
}
