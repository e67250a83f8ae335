// SPDX-License-Identifier: Apache-2.0

package import Store
import XMPP

/// The people of an open store. It ends nobody's streams: for a store that a server holds, the server adds that.
package struct StoredPeople: People {
    private let store: RegionStore

    package init(_ store: RegionStore) { self.store = store }

    package func add(_ people: [NewMember]) async throws(Failure) -> [String] {
        var taken: [String] = []
        do throws(StoreError) {
            let results = try await store.writer.add(people.map { .init($0) })
            for (person, result) in zip(people, results) {
                switch result {
                case .success: continue
                case .failure(.nameTaken): taken.append(person.name)
                case .failure(let error): throw error
                }
            }
        } catch {
            throw Failure(error)
        }
        return taken
    }

    package func list(after name: String, limit: Int) async throws(Failure) -> [Member] {
        do throws(StoreError) {
            return try await store.reader.read { (snapshot) throws(StoreError) in
                try snapshot.people(after: name, limit: limit).map { Member(name: $0.name, created: $0.created) }
            }
        } catch {
            throw Failure(error)
        }
    }

    package func remove(_ name: String) async throws(Failure) {
        do throws(StoreError) {
            let person = try await store.reader.read { (snapshot) throws(StoreError) in
                try snapshot.person(named: name)
            }
            guard let person else { throw StoreError.noSuchPerson }
            try await store.writer.erase(person.id)
        } catch {
            throw Failure(error)
        }
    }
}

extension NewPerson {
    fileprivate init(_ member: NewMember) {
        self.init(
            name: member.name,
            verifiers: Verifiers(sha1: .init(member.verifiers.sha1), sha256: .init(member.verifiers.sha256)))
    }
}

extension Failure {
    /// What a failure of the store is called.
    package init(_ error: StoreError) {
        let status: ExitReason =
            switch error {
            case .noSuchPerson: .noPerson
            case .nameTaken, .exists: .cannotCreate
            case .inUse: .locked
            case .missing, .newerSchema, .wrongRegionKey, .foreignKeys, .unknownKeys: .configuration
            case .disk, .damaged, .notDurable, .stopped: .inputOutput
            case .denied, .conflict, .limit: .internalError
            }
        self.init(status, "\(error)")
    }
}
