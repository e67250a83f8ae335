// SPDX-License-Identifier: Apache-2.0

import Consent
import Proof
import Server
import Store
import XMPP

/// The people of a store that this process has open.
struct StoredPeople: People {
    let store: RegionStore
    /// Ends what somebody who is removed still has open.
    let ended: @Sendable (String) async -> Void

    func add(_ people: [NewMember]) async throws(Failure) -> [String] {
        let results: [Result<PersonID, StoreError>]
        do throws(StoreError) {
            results = try await store.writer.add(
                people.map { NewPerson(name: $0.name, verifiers: Verifiers($0.verifiers)) })
        } catch {
            throw Failure(error)
        }
        var taken: [String] = []
        for (person, result) in zip(people, results) {
            guard case .failure(let error) = result else { continue }
            guard error == .nameTaken else { throw Failure(error) }
            taken.append(person.name)
        }
        return taken
    }

    func list(after name: String, limit: Int) async throws(Failure) -> [Member] {
        do throws(StoreError) {
            return try await store.reader.read { snapshot throws(StoreError) in
                try snapshot.people(after: name, limit: limit).map { Member(name: $0.name, created: $0.created) }
            }
        } catch {
            throw Failure(error)
        }
    }

    func code(for name: String) async throws(Failure) -> String {
        do throws(StoreError) {
            let person = try await store.reader.read { snapshot throws(StoreError) in try snapshot.person(named: name) }
            guard let person else { throw StoreError.noSuchPerson }
            guard let code = try await store.writer.renewCode(for: person.id) else {
                throw StoreError.denied(.noConsent)
            }
            return code
        } catch {
            guard error == .denied(.noConsent) else { throw Failure(error) }
            throw Failure(.noPerson, "\(name) isn't waiting for a code; they ask for one in the chat with the server")
        }
    }

    func remove(_ name: String) async throws(Failure) {
        do throws(StoreError) {
            let person = try await store.reader.read { snapshot throws(StoreError) in try snapshot.person(named: name) }
            guard let person else { throw StoreError.noSuchPerson }
            await ended(name)
            try await store.writer.erase(person.id, by: .administrator)
            // A device may have come back in between.
            await ended(name)
        } catch {
            throw Failure(error)
        }
    }
}

extension Verifiers {
    fileprivate init(_ verifiers: ScramVerifiers) {
        self.init(sha1: Verifier(verifiers.sha1), sha256: Verifier(verifiers.sha256))
    }
}

extension Verifier {
    fileprivate init(_ verifier: ScramVerifier) {
        self.init(
            salt: verifier.salt, iterations: verifier.iterations, storedKey: verifier.storedKey,
            serverKey: verifier.serverKey)
    }
}

extension Failure {
    /// A store's refusal under its documented status.
    init(_ error: StoreError) {
        let status: ExitReason =
            switch error {
            case .noSuchPerson: .noPerson
            case .nameTaken, .exists: .cannotCreate
            case .inUse: .locked
            case .missing, .newerSchema, .wrongRegionKey, .foreignKeys, .unknownKeys, .logAhead, .logContradicted:
                .configuration
            case .disk, .damaged, .notDurable, .stopped, .logDamaged, .logUnwritable: .inputOutput
            case .denied, .conflict, .limit: .internalError
            }
        self.init(status, error.description)
    }
}
