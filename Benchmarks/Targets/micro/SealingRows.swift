import Consent
import Measuring
import Proof
import Synchronization

/// The vault, over keys in memory, and the log's tree.
var sealingRows: [Row] {
    [
        // 300 bytes for the person's own row, in one turn at the vault's lock.
        Row(name: "seal", count: 2_000) { _ in
            let house = try House()
            let bytes = [UInt8](repeating: 0x61, count: 300)
            return { count in
                var sum = 0
                for index in 0..<count { sum += try house.sealed(bytes, index).count }
                return sum
            }
        },
        Row(name: "open", count: 2_000) { _ in
            let house = try House()
            let bytes = [UInt8](repeating: 0x61, count: 300)
            let sealed = try house.people.indices.map { try house.sealed(bytes, $0) }
            return { count in
                var sum = 0
                for index in 0..<count {
                    let at = index % sealed.count
                    let person = house.people[at]
                    sum += try house.vault.withService(for: person) { (service) throws(Denied) in
                        try service.open(sealed[at], at: House.place(person, at))
                    }.bytes.count
                }
                return sum
            }
        },
        // Everything that asking for a permit takes: the lock, the yes, the count of its use.
        Row(name: "permit", count: 5_000) { _ in
            let house = try House()
            return { count in
                var sum = 0
                for index in 0..<count {
                    let person = house.people[index % house.people.count]
                    sum += try house.vault.withPermit(SMS.self, for: person) { _ in true } ? 1 : 0
                }
                return sum
            }
        },
        // Who is at a number: its keyed hash, and the look-up.
        Row(name: "blind-index", count: 2_000) { _ in
            let house = try House()
            let numbers = (0..<100).map { Array("1555000\(1_000 + $0)".utf8) }
            return { count in
                var sum = 0
                for index in 0..<count {
                    sum += house.vault.person(at: house.vault.index(numbers[index % numbers.count])) == nil ? 1 : 0
                }
                return sum
            }
        },
        // Leaves come in batches of 256 here, each of which becomes a full tile.
        Row(name: "leaf", count: 4_096, warmUp: 256) { _ in
            var edge = TileEdge()
            let leaves = (0..<256).map { [UInt8](repeating: UInt8(truncatingIfNeeded: $0), count: 32) }
            return { count in
                var sum = 0
                for _ in 0..<count / 256 { sum += try edge.append(leaves).count }
                return sum
            }
        }
    ]
}

/// A vault whose hundred people said yes to SMS.
private struct House {
    let vault: Vault
    let people: [PersonID]

    init() throws {
        guard let region = Region("bench"), let key = RegionKey(bytes: Array(repeating: 7, count: 32)) else {
            throw Unexpected()
        }
        let keys = MemoryKeys()
        vault = try Vault(
            region: region, key: key, secrets: try NumberSecrets.mint(for: region, under: key), terms: .first,
            source: keys)
        var people: [PersonID] = []
        for number in 1...100 as ClosedRange<Int64> {
            guard let person = PersonID(rawValue: number) else { throw Unexpected() }
            let place = Place("person.verifiers", owner: person, row: 0)
            let minted = try vault.mintServiceKey(
                KeyID(rawValue: number * 10), owner: person, day: 1, sealing: [], at: place)
            keys.put(minted.key)
            let grant = Grant(
                decision: DecisionID(rawValue: number), terms: vault.terms.version, region: region, at: 5)
            keys.put(
                try vault.mintKey(KeyID(rawValue: number * 10 + 1), owner: person, purpose: .sms, day: 1, grant: grant))
            people.append(person)
        }
        self.people = people
    }

    static func place(_ person: PersonID, _ row: Int) -> Place { Place("bench.sealed", owner: person, row: Int64(row)) }

    func sealed(_ bytes: [UInt8], _ index: Int) throws -> [UInt8] {
        let at = index % people.count
        return try vault.withService(for: people[at]) { (service) throws(Denied) in
            try service.seal(bytes, at: Self.place(people[at], at))
        }.bytes
    }
}

/// A keys file in memory.
private final class MemoryKeys: KeySource {
    private let keys = Mutex<[PersonID: [StoredKey]]>([:])

    func put(_ key: StoredKey) { keys.withLock { $0[key.owner, default: []].append(key) } }

    func keys(of owner: PersonID) -> [StoredKey] { keys.withLock { $0[owner] ?? [] } }

    func messageKey(_ id: KeyID, of owner: PersonID) -> StoredKey? { nil }
}
