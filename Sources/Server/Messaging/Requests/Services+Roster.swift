// SPDX-License-Identifier: Apache-2.0

import Crypto
import Store
import Wire
import XMPP

/// The roster (RFC 6121 §2).
extension Services {
    func answer(
        _ request: RosterRequest, to stanza: Stanza, of account: Account, session: SessionHandle
    ) async throws(StanzaError) -> [[UInt8]] {
        switch request {
        case .get(let version):
            account.withState { $0.resources.update(session.resource) { $0.isInterested = true } }
            let items = try await stored { snapshot throws(StoreError) in try snapshot.rosterItems(of: account) }
            let current = items.rosterVersion
            if version == current { return [stanza.result()] }
            return [stanza.result { Roster.writeResult(items, version: current, into: &$0) }]
        case .set(let jid, let name, let groups):
            try await change(account, jid) { item, count throws(StanzaError) in
                try RosterChange.setting(jid, name: name, groups: groups, item: item, count: count)
            }
        case .remove(let jid):
            try await change(account, jid) { item, _ throws(StanzaError) in try RosterChange.removing(item) }
        }
        return [stanza.result()]
    }

    /// Changes one record of a roster: durably first, then its consequences, then the push.
    func change(
        _ account: Account, _ contact: JID,
        _ decide: @escaping @Sendable (_ item: RosterItem?, _ count: Int) throws(StanzaError) -> RosterChange,
        routing: () async -> Void = {}, delivering: () async -> Void = {}
    ) async throws(StanzaError) {
        let outcome = try await changed { transaction throws(StoreError) in
            let item = try transaction.snapshot.rosterItem(contact, of: account)
            let count = try transaction.snapshot.keptCount(.rosterItem, owner: account.person)
            let decision = Result { () throws(StanzaError) in try decide(item, count) }
            if case .success(let change) = decision { try transaction.apply(change, contact: contact, of: account) }
            return decision
        }
        let change = try outcome.get()
        await perform(
            change.actions, of: account, contact: contact.bare, routing: routing, delivering: delivering)
        if let push = change.push { await self.push(push, to: account) }
    }

    /// Sends a change to every resource that has asked for the roster.
    private func push(_ push: RosterPush, to account: Account) async {
        let kept = try? await store.read { snapshot throws(StoreError) in try snapshot.rosterItems(of: account) }
        let items = kept ?? []
        let version = items.rosterVersion
        let sessions = account.withState { state in state.resources.interested.compactMap { state.sessions[$0] } }
        for session in sessions {
            session.post { session in
                session.send(
                    Stanza.iq(type: .set, id: session.nextID(), from: nil, to: session.address) { writer in
                        push.write(version: version, into: &writer)
                    })
            }
        }
    }
}

extension [RosterItem] {
    /// Equal rosters have equal versions (RFC 6121 §2.6); nothing else is to be read out of one.
    var rosterVersion: String {
        var hash = SHA256()
        for item in filter(\.isListed).sorted(by: { $0.jid.description < $1.jid.description }) {
            let kept = item.kept
            hash.update(data: kept.name + [0] + kept.value + [0])
        }
        return Base64.encodeString([UInt8](hash.finalize().prefix(12)))
    }
}
