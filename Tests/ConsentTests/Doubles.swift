import Consent
import Synchronization

/// A keys file in memory.
final class MemoryKeys: KeySource {
    struct Gone: Error {}

    private struct State {
        var keys: [KeyID: StoredKey] = [:]
        var loads = 0
        var isBroken = false
    }

    private let state = Mutex(State())

    var loads: Int { state.withLock { $0.loads } }

    func put(_ key: StoredKey) { state.withLock { $0.keys[key.id] = key } }
    func remove(_ id: KeyID) { state.withLock { $0.keys[id] = nil } }
    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    func keys(of owner: PersonID) throws -> [StoredKey] {
        try state.withLock { state in
            if state.isBroken { throw Gone() }
            state.loads += 1
            return state.keys.values.filter { $0.owner == owner }.sorted { $0.id < $1.id }
        }
    }

    func messageKey(_ id: KeyID, of owner: PersonID) throws -> StoredKey? {
        state.withLock { $0.keys[id].flatMap { $0.owner == owner ? $0 : nil } }
    }
}

/// A vault over keys in memory.
struct VaultFixture {
    let keys = MemoryKeys()
    let vault: Vault
    let region: Region
    private let secrets: [NumberSecrets.Stored]
    private let regionKey: RegionKey

    init(region name: String = "test", terms: Terms = .first, capacity: Int = 100) throws {
        guard let region = Region(name), let key = RegionKey(bytes: Array(repeating: 7, count: 32)) else {
            throw Denied.wrongRegion
        }
        self.region = region
        regionKey = key
        secrets = try NumberSecrets.mint(for: region, under: key)
        vault = try Vault(
            region: region, key: key, secrets: secrets, terms: terms, source: keys, capacity: capacity)
    }

    /// The same keys under other terms.
    func vault(terms: Terms) throws -> Vault {
        try Vault(region: region, key: regionKey, secrets: secrets, terms: terms, source: keys)
    }

    func join(_ number: Int64) throws -> PersonID {
        guard let person = PersonID(rawValue: number) else { throw Denied.erased }
        let place = Place("person.verifiers", owner: person, row: 0)
        keys.put(
            try vault.mintServiceKey(KeyID(rawValue: number * 100), owner: person, day: 1, sealing: [], at: place).key)
        return person
    }

    @discardableResult
    func grant(_ purpose: PurposeCode, to person: PersonID, terms: Int = 1, id: Int64? = nil) throws -> KeyID {
        let place = Int64(PurposeCode.allCases.firstIndex(of: purpose) ?? 0) + 1
        let id = KeyID(rawValue: id ?? person.rawValue * 100 + place)
        let grant = Grant(decision: DecisionID(rawValue: 1), terms: terms, region: region, at: 5)
        keys.put(try vault.mintKey(id, owner: person, purpose: purpose, day: 1, grant: grant))
        vault.refresh(person)
        return id
    }
}

extension Terms {
    /// Version 2, in which only the text about SMS changed.
    static let second = Terms(
        version: 2,
        texts: [
            .numberTexting: Text(what: "a {region}", why: "b", without: "c", changed: 1),
            .sms: Text(what: "a", why: "b", without: "c", changed: 2),
            .history: Text(what: "a", why: "b", without: "c", changed: 1)
        ])
}
