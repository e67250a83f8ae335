// SPDX-License-Identifier: Apache-2.0

import Store
import Wire
import XMPP

/// Blocking (XEP-0191).
extension Services {
    func answer(
        _ request: BlockingRequest, to stanza: Stanza, of account: Account, session: SessionHandle
    ) async throws(StanzaError) -> [[UInt8]] {
        switch request {
        case .get:
            let blocklist = account.withState { state in
                state.resources.update(session.resource) { $0.isBlocklistInterested = true }
                return state.blocklist
            }
            return [stanza.result { blocklist.write(into: &$0) }]
        case .block(let addresses):
            var blocklist = account.withState { $0.blocklist }
            try blocklist.block(addresses)
            // To a contact who saw the account and is blocked now, it goes offline: said before it is silent.
            await showAbsence(of: account, to: try await subscribers(among: addresses, of: account))
            try await changed { transaction throws(StoreError) in
                for address in addresses {
                    let name = Array(address.description.utf8)
                    try transaction.keep(.blocked, Kept(name: name, value: []), owner: account.person)
                }
            }
            account.withState { state in try? state.blocklist.block(addresses) }
            push(.blocked(addresses), to: account)
        case .unblock(let addresses):
            try await changed { transaction throws(StoreError) in
                guard !addresses.isEmpty else { return try transaction.dropAll(.blocked, owner: account.person) }
                for address in addresses {
                    try transaction.drop(.blocked, name: Array(address.description.utf8), owner: account.person)
                }
            }
            let gone = account.withState { $0.blocklist.unblock(addresses) }
            push(.unblocked(addresses), to: account)
            await showPresence(of: account, to: try await subscribers(among: Array(gone), of: account))
        }
        return [stanza.result()]
    }

    /// Those who may see the account's presence. A stranger learns nothing from being blocked or unblocked.
    private func subscribers(among addresses: [JID], of account: Account) async throws(StanzaError) -> [JID] {
        let roster = try await roster(of: account)
        let bare = Set(addresses.map(\.bare))
        return roster.filter { $0.subscription.state.isFrom && bare.contains($0.jid) }.map(\.jid)
    }

    private func push(_ push: BlockingPush, to account: Account) {
        let sessions = account.withState { state in
            state.resources.all.filter(\.isBlocklistInterested).compactMap { state.sessions[$0.name] }
        }
        for session in sessions {
            session.post { session in
                let id = session.nextID()
                session.send(Stanza.iq(type: .set, id: id, from: nil, to: session.address) { push.write(into: &$0) })
            }
        }
    }
}
