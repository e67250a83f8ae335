// SPDX-License-Identifier: Apache-2.0

import Consent
import Proof
import Server
import Store
import XMPP

/// The people of a store that this process has open.
struct StoredPeople: People {
    let store: RegionStore
    let departures: Departures

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
            let person = try await person(name)
            try await store.writer.look(at: person.id, verb: "person code")
            guard let code = try await store.writer.renewCode(for: person.id) else {
                throw StoreError.denied(.noConsent)
            }
            return code
        } catch {
            guard error == .denied(.noConsent) else { throw Failure(error) }
            throw Failure(.noPerson, "\(name) isn't waiting for a code; they ask for one in the chat with the server")
        }
    }

    func show(_ name: String) async throws(Failure) -> PersonCounts {
        do throws(StoreError) {
            let person = try await person(name)
            // First the record, durable, then the look.
            try await store.writer.look(at: person.id, verb: "person show")
            return try await store.reader.read { snapshot throws(StoreError) in
                PersonCounts(
                    name: name, try snapshot.facts(about: person.id),
                    standings: [PurposeCode: Standing](folding: try snapshot.ledger(of: person.id)))
            }
        } catch {
            throw Failure(error)
        }
    }

    func remove(_ name: String) async throws(Failure) -> FinalEvidence {
        do throws(StoreError) {
            return try await departures.end(try await person(name).id, by: .administrator)
        } catch {
            throw Failure(error)
        }
    }

    private func person(_ name: String) async throws(StoreError) -> Person {
        let person = try await store.reader.read { snapshot throws(StoreError) in try snapshot.person(named: name) }
        guard let person else { throw .noSuchPerson }
        return person
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
            case .missing, .newerSchema, .wrongRegionKey, .foreignKeys, .unknownKeys, .logAhead, .logContradicted,
                .missingTerms, .alteredTerms, .exposed:
                .configuration
            case .badTerms: .badData
            case .sameTerms: .failed
            case .disk, .damaged, .notMigrated, .halfMigrated, .notDurable, .stopped, .logDamaged, .logUnwritable:
                .inputOutput
            case .denied, .conflict, .limit: .internalError
            }
        self.init(status, error.description)
    }
}
