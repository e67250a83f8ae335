import Crypto

/// A purpose's key, unwrapped, with the yes that it stands for.
struct HeldKey {
    let id: KeyID
    let secret: SymmetricKey
    let grant: Grant
}

/// A message key, unwrapped.
struct HeldMessageKey {
    let secret: SymmetricKey
    /// Whether the delivery key opened it; else only the history key does.
    let inWindow: Bool
}

/// One person's keys in memory. Confined to the vault's lock.
final class HeldKeys {
    let owner: PersonID
    /// Seals what the service keeps for its owner.
    let service: SymmetricKey
    /// For keyed hashes of addresses and payloads, so that equal ones can be found without being readable.
    let hashing: KeyedHasher
    /// Wraps message keys within the delivery window.
    let delivery: SymmetricKey
    let purposes: [PurposeCode: HeldKey]
    /// The newest message key: new rows go under it if it is of today and its wrapping fits the history standing.
    let newest: (id: KeyID, day: Int32, forHistory: Bool)?
    var messageKeys: [KeyID: HeldMessageKey] = [:]
    /// Keyed hashes of addresses of those with whom the owner lately wrote.
    private(set) var correspondents: [[UInt8]: ShortHash] = [:]
    /// When it was last used, in the vault's own counting.
    var stamp: UInt64 = 0

    /// How many message keys stay unwrapped at once.
    static let messageKeyLimit = 32
    /// How many hashes of addresses stay at once.
    static let correspondentLimit = 32

    init(
        owner: PersonID, service: SymmetricKey, purposes: [PurposeCode: HeldKey],
        newest: (id: KeyID, day: Int32, forHistory: Bool)?
    ) {
        self.owner = owner
        self.service = service
        self.hashing = KeyedHasher(key: Seal.derive("hoopoe hashing 1", from: service))
        self.delivery = Seal.derive("hoopoe delivery 1", from: service)
        self.purposes = purposes
        self.newest = newest
    }

    func remember(_ hash: ShortHash, of address: [UInt8]) {
        if correspondents.count >= Self.correspondentLimit { correspondents.removeAll(keepingCapacity: true) }
        correspondents[address] = hash
    }

    func remember(_ key: HeldMessageKey, as id: KeyID) {
        if messageKeys.count >= Self.messageKeyLimit { messageKeys.removeAll(keepingCapacity: true) }
        messageKeys[id] = key
    }
}
