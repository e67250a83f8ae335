import Consent
import Store

/// The people of a store, in the order of their names.
struct Accounts {
    let store: RegionStore

    /// Makes `count` accounts, for a store that has none.
    func make(_ count: Int) async throws {
        let verifier = Verifier(
            salt: .init(repeating: 1, count: 16), iterations: 10_000, storedKey: .init(repeating: 2, count: 32),
            serverKey: .init(repeating: 3, count: 32))
        let people = (0..<count).map {
            NewPerson(name: "u\($0)", verifiers: Verifiers(sha1: verifier, sha256: verifier))
        }
        for result in try await store.writer.add(people) { _ = try result.get() }
    }

    /// So many senders and recipients, each taking part once, leaving out the first `skipped` people.
    func pairs(_ count: Int, skipping skipped: Int = 0) async throws -> [(PersonID, PersonID)] {
        let people = try await store.reader.read { snapshot throws(StoreError) in
            try snapshot.people(after: "u", limit: skipped + 2 * count).map(\.id)
        }
        guard people.count == skipped + 2 * count else { throw StoreError.noSuchPerson }
        return (0..<count).map { (people[skipped + 2 * $0], people[skipped + 2 * $0 + 1]) }
    }
}
