// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Synchronization
import XMPP

/// The accounts in use, by name and by person: loaded from the store when first asked for, kept while they have
/// sessions, and otherwise as long as there is room.
final class Accounts: Sendable {
    private struct State {
        var byName: [String: Account] = [:]
        var byPerson: [PersonID: Account] = [:]
    }

    private let domain: JID
    private let store: RegionStore
    /// How many accounts stay in memory without a session.
    private let capacity: Int
    private let state = Mutex(State())

    init(domain: JID, store: RegionStore, capacity: Int = 50_000) {
        self.domain = domain
        self.store = store
        self.capacity = capacity
    }

    /// An account that is in memory. Never blocks on the store.
    func known(_ name: String) -> Account? {
        state.withLock { $0.byName[name] }
    }

    /// An account that is in memory. Never blocks on the store.
    func known(_ person: PersonID) -> Account? {
        state.withLock { $0.byPerson[person] }
    }

    /// Loads an account by name; nil if there is none, or the store can't be read.
    func load(_ name: String) async -> Account? {
        await load { snapshot throws(StoreError) in try snapshot.person(named: name) }
    }

    /// Loads an account by person; nil if there is none, or the store can't be read.
    func load(_ person: PersonID) async -> Account? {
        if let known = known(person) { return known }
        return await load { snapshot throws(StoreError) in try snapshot.person(person) }
    }

    /// Everyone connected.
    var connected: [Account] {
        state.withLock { state in
            state.byPerson.values.filter { account in account.withState { !$0.sessions.isEmpty } }
        }
    }

    /// The person left: nothing finds the account any more.
    func forget(_ account: Account) {
        state.withLock { state in
            account.withState { $0.hasEnded = true }
            state.byName[account.name] = nil
            state.byPerson[account.person] = nil
        }
    }

    private func load(_ find: @escaping @Sendable (Snapshot) throws(StoreError) -> Person?) async -> Account? {
        let found = try? await store.read { snapshot throws(StoreError) -> (Person, Blocklist)? in
            guard let person = try find(snapshot) else { return nil }
            let blocked = try snapshot.kept(.blocked, owner: person.id)
            return (person, Blocklist(blocked.compactMap { JID(String(decoding: $0.name, as: UTF8.self)) }))
        }
        guard let (person, blocklist) = found ?? nil,
            let address = try? JID(local: person.name, domain: domain.domain)
        else { return nil }
        return keep(Account(person: person.id, name: person.name, address: address, blocklist: blocklist))
    }

    /// Two may load at once: the first one stays, so that an account is one object.
    func keep(_ account: Account) -> Account {
        state.withLock { state in
            if let earlier = state.byPerson[account.person] { return earlier }
            if state.byPerson.count >= capacity { evict(&state) }
            state.byName[account.name] = account
            state.byPerson[account.person] = account
            return account
        }
    }

    /// A session begins of an account that was found some time ago: if it was forgotten since, everybody finds it again.
    ///
    /// `replaced` gets the session of the same resource that must be ended (RFC 6120 §7.7.2.2), if there is one.
    ///
    /// - Returns: false if another object has taken the account's place, or the person has left.
    func connect(_ session: SessionHandle, of account: Account, replaced: (SessionHandle) -> Void) -> Bool {
        let (isConnected, earlier) = state.withLock { state -> (Bool, SessionHandle?) in
            guard !account.withState({ $0.hasEnded }), (state.byPerson[account.person] ?? account) === account else {
                return (false, nil)
            }
            state.byName[account.name] = account
            state.byPerson[account.person] = account
            // Under the lock: an account that has a session isn't forgotten any more.
            return (true, account.connect(session))
        }
        if let earlier { replaced(earlier) }
        return isConnected
    }

    private func evict(_ state: inout State) {
        for (person, account) in state.byPerson where account.withState({ $0.sessions.isEmpty }) {
            state.byPerson[person] = nil
            state.byName[account.name] = nil
            if state.byPerson.count < capacity / 2 { return }
        }
    }
}
