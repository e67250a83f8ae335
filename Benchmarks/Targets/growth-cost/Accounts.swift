import Consent
import Measuring
import Store

/// Accounts made in bulk from one ready verifier, as an import makes them.
struct Accounts {
    let store: RegionStore

    /// Makes `count` accounts named after `prefix`; the CPU time that each took, in microseconds.
    func make(_ count: Int, prefix: String) async throws -> Double {
        let verifier = Verifier(
            salt: .init(repeating: 1, count: 16), iterations: 10_000, storedKey: .init(repeating: 2, count: 32),
            serverKey: .init(repeating: 3, count: 32))
        let verifiers = Verifiers(sha1: verifier, sha256: verifier)
        let before = cpuTime()
        for start in stride(from: 0, to: count, by: 1_024) {
            let slice = (start..<min(start + 1_024, count)).map {
                NewPerson(name: "\(prefix)\($0)", verifiers: verifiers)
            }
            for result in try await store.writer.add(slice) { _ = try result.get() }
        }
        return (cpuTime() - before) / Double(max(count, 1)) * 1e6
    }

    /// The first people by name after `prefix`.
    func people(_ prefix: String, _ count: Int) async throws -> [PersonID] {
        try await store.reader.read { snapshot throws(StoreError) in
            try snapshot.people(after: prefix, limit: count).map(\.id)
        }
    }

    func pairs(_ prefix: String, _ count: Int) async throws -> [(PersonID, PersonID)] {
        let people = try await people(prefix, 2 * count)
        guard people.count == 2 * count else { throw StoreError.noSuchPerson }
        return (0..<count).map { (people[2 * $0], people[2 * $0 + 1]) }
    }
}
