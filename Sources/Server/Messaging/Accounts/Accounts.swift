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

    private let domain: String
    private let store: RegionStore
    /// Accounts kept in memory without a session.
    private let capacity: Int
    private let state = Mutex(State())

    init(domain: String, store: RegionStore, capacity: Int = 50_000) {
        self.domain = domain
        self.store = store
        self.capacity = capacity
    }

    /// An account that is in memory. Never blocks.
    func known(_ name: String) -> Account? {
        state.withLock { $0.byName[name] }
    }

    /// An account that is in memory. Never blocks.
    func known(_ person: PersonID) -> Account? {
        state.withLock { $0.byPerson[person] }
    }
}
