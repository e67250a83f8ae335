import Crypto
import Synchronization

/// The only place where identifiers are opened: standings and keys of a region's people, behind one lock.
///
/// Everything here is synchronous. A permit lives inside the lock, so a withdrawal either precedes a use or waits
/// for it; nothing suspends in between. Keys are read from a ``KeySource`` on first use and kept for the
/// most recently used people.
package final class Vault: Sendable {
    package let region: Region
    /// The terms in force.
    package var terms: Terms { state.withLock { $0.terms } }

    let regionKey: RegionKey
    let source: any KeySource
    let capacity: Int
    let numberSecrets: NumberSecrets
    let state: Mutex<State>
    private let changes = Atomic<Int>(0)

    struct State {
        var terms: Terms
        var people: [PersonID: HeldKeys] = [:]
        /// Purposes being withdrawn: no new permit, though the keys file may still hold the key.
        var closing: [Switch: Int] = [:]
        var leaving: Set<PersonID> = []
        var uses: [Use: Int] = [:]
        var denials: [PurposeCode: Int64] = [:]
        var aliases = Aliases()
        var clock: UInt64 = 0
    }

    /// What a use is counted by: whose identifiers, what for, and the yes that it rests on.
    package struct Use: Hashable, Sendable {
        package let person: PersonID
        package let purpose: PurposeCode
        package let decision: DecisionID

        package init(person: PersonID, purpose: PurposeCode, decision: DecisionID) {
            self.person = person
            self.purpose = purpose
            self.decision = decision
        }
    }

    /// One purpose of one person.
    struct Switch: Hashable {
        let person: PersonID
        let purpose: PurposeCode
    }

    /// The vault of a region. `secrets` are as ``NumberSecrets/mint(for:under:using:)`` made them, read back from the keys
    /// file; `capacity` says how many people's keys stay unwrapped.
    ///
    /// - Throws: `erased` if `key` isn't the key that wrapped `secrets`.
    package init(
        region: Region, key: RegionKey, secrets: [NumberSecrets.Stored], terms: Terms, source: any KeySource,
        capacity: Int = 10_000
    ) throws(Denied) {
        self.region = region
        self.regionKey = key
        self.source = source
        self.capacity = max(capacity, 2)
        self.numberSecrets = try NumberSecrets(secrets, region: region, key: key)
        self.state = Mutex(State(terms: terms))
    }

    /// Runs `body` with the right to use `person`'s identifiers for one purpose.
    ///
    /// `body` runs under the vault's lock: it must be short and must not call the vault. What it may return is a closed
    /// set, and what it opens shows itself on its way out only.
    package func withPermit<P: Purpose, R: PermitResult>(
        _ purpose: P.Type, for person: PersonID, _ body: (borrowing Permit<P>) throws(Denied) -> R
    ) throws(Denied) -> R {
        _ = R.membership
        return try state.withLock { (state: inout State) throws(Denied) -> R in
            let keys = try held(person, &state)
            let key = try standingForUse(P.code, of: keys, &state)
            count(P.code, of: keys, under: key, &state)
            return try body(Permit<P>(person: person, region: region, held: key))
        }
    }

    /// Whether a permit would be granted now; for answers and menus, never instead of asking for the permit.
    package func allows(_ purpose: PurposeCode, for person: PersonID) -> Result<Void, Denied> {
        state.withLock { state -> Result<Void, Denied> in
            do throws(Denied) {
                _ = try standing(purpose, of: try held(person, &state), state)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
    }

    /// How many changes there were that may make ``allows(_:for:)`` answer otherwise. Whoever asks often may keep an answer
    /// together with the count read before asking, for as long as the count is the same: that takes no lock.
    package var changeCount: Int { changes.load(ordering: .acquiring) }

    /// Runs a change under the lock, and counts it.
    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            changes.wrappingAdd(1, ordering: .releasing)
        }
    }

    /// Whether uses were counted that ``takeUses()`` hasn't given out.
    package var hasUses: Bool {
        state.withLock { !$0.uses.isEmpty }
    }

    /// The uses counted since the last call, for the store to write down.
    ///
    /// They are counted in memory under the lock that grants the permit. A process that is killed loses those since the
    /// last call, a second of them as the store asks, so what is on disk is a lower bound.
    package func takeUses() -> [Use: Int] {
        state.withLock { state in
            let uses = state.uses
            state.uses = [:]
            return uses
        }
    }

    /// Counts uses again that were given out and couldn't be written down.
    package func giveBack(_ uses: [Use: Int]) {
        guard !uses.isEmpty else { return }
        state.withLock { $0.uses.merge(uses, uniquingKeysWith: +) }
    }

    /// How many uses were refused since the start because the yes to their purpose didn't stand; of whom isn't kept.
    package var denials: [PurposeCode: Int64] { state.withLock { $0.denials } }

    /// Somebody was told that their yes to the purpose doesn't stand, where no permit was asked for.
    package func noteDenial(of purpose: PurposeCode) {
        state.withLock { $0.denials[purpose, default: 0] += 1 }
    }

    // MARK: Changes

    /// Newer terms are published: from now on no yes to what changed in them permits anything.
    package func adopt(_ terms: Terms) {
        change { state in
            if terms.version > state.terms.version { state.terms = terms }
        }
    }

    /// A withdrawal is on its way to the disk: from now on `purpose` of `person` is denied.
    package func close(_ purpose: PurposeCode, of person: PersonID) {
        change { state in
            state.closing[Switch(person: person, purpose: purpose), default: 0] += 1
        }
    }

    /// The person is leaving: from now on everything of theirs is denied.
    package func close(_ person: PersonID) {
        change { state in
            state.leaving.insert(person)
            state.people[person] = nil
            state.aliases.remove(person)
        }
    }

    /// The keys file changed for `person` and is synced: drops what is in memory, so that the next use reads it.
    package func refresh(_ person: PersonID) {
        change { state in
            state.people[person] = nil
        }
    }

    /// A withdrawal announced by ``close(_:of:)`` is on disk, or came to nothing.
    package func settle(_ purpose: PurposeCode, of person: PersonID) {
        change { state in
            state.people[person] = nil
            let closed = Switch(person: person, purpose: purpose)
            let left = state.closing[closed, default: 1] - 1
            state.closing[closed] = left > 0 ? left : nil
        }
    }

    /// A departure announced by ``close(_:)`` is on disk.
    package func settle(_ person: PersonID) {
        change { state in
            state.people[person] = nil
            state.leaving.remove(person)
        }
    }

    // MARK: Under the lock

    func held(_ person: PersonID, _ state: inout State) throws(Denied) -> HeldKeys {
        if state.leaving.contains(person) { throw .erased }
        state.clock += 1
        if let keys = state.people[person] {
            keys.stamp = state.clock
            return keys
        }
        let keys = try load(person)
        keys.stamp = state.clock
        if state.people.count >= capacity { evict(&state) }
        state.people[person] = keys
        return keys
    }

    /// Forgets the less recently used half, so that the cost of choosing is spread over many loads.
    private func evict(_ state: inout State) {
        let stamps = state.people.values.map(\.stamp).sorted()
        let middle = stamps[stamps.count / 2]
        state.people = state.people.filter { $0.value.stamp > middle }
    }

    /// ``standing(_:of:_:)`` for a use, which counts if it is refused.
    private func standingForUse(
        _ purpose: PurposeCode, of keys: HeldKeys, _ state: inout State
    ) throws(Denied) -> HeldKey {
        do throws(Denied) {
            return try standing(purpose, of: keys, state)
        } catch {
            state.denials[purpose, default: 0] += 1
            throw error
        }
    }

    private func load(_ person: PersonID) throws(Denied) -> HeldKeys {
        let stored: [StoredKey]
        do {
            stored = try source.keys(of: person)
        } catch {
            throw .unreadable
        }
        var service: SymmetricKey?
        var purposes: [PurposeCode: HeldKey] = [:]
        var newest: (id: KeyID, day: Int32, forHistory: Bool)?
        for key in stored where key.owner == person {
            switch key.use {
            case .service:
                service = try unwrap(key)
            case .purpose(let purpose):
                guard let grant = key.grant else { throw .unreadable }
                purposes[purpose] = HeldKey(id: key.id, secret: try unwrap(key), grant: grant)
            case .message:
                if newest.map({ $0.id < key.id }) ?? true {
                    newest = (key.id, key.day, key.wrappedForHistory != nil)
                }
            case .pendingCode:
                break
            }
        }
        guard let service else { throw .erased }
        return HeldKeys(owner: person, service: service, purposes: purposes, newest: newest)
    }

    private func unwrap(_ key: StoredKey) throws(Denied) -> SymmetricKey {
        guard let wrapped = key.wrapped else { throw .erased }
        return try regionKey.unwrap(
            wrapped, binding: wrapBinding(key.id, owner: key.owner, use: key.use.code, region: region))
    }
}
