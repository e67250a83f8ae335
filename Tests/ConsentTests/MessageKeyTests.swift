import Consent
import Testing

/// Message keys: when a new one is due, and what opens rows in and past the window.
struct MessageKeyTests {
    private func due(_ vault: Vault, _ person: PersonID, day: Int32) throws -> KeyID? {
        try vault.withService(for: person) { (service) throws(Denied) in service.messageKey(day: day) }
    }

    private func place(_ person: PersonID) -> Place { Place("message.sealed", owner: person, row: 3) }

    private func open(_ vault: Vault, _ bytes: [UInt8], _ id: KeyID, _ person: PersonID) throws(Denied) -> [UInt8] {
        try vault.withService(for: person) { (service) throws(Denied) in
            try service.open(message: bytes, under: id, at: place(person))
        }.bytes
    }

    @Test func aNewKeyIsDueEachDayAndAtEachHistoryDecision() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        #expect(try due(fixture.vault, person, day: 1) == nil)
        let first = KeyID(rawValue: 500)
        fixture.keys.put(try fixture.vault.mintMessageKey(first, owner: person, day: 1))
        fixture.vault.refresh(person)
        #expect(try due(fixture.vault, person, day: 1) == first)
        #expect(try due(fixture.vault, person, day: 2) == nil)

        try fixture.grant(.history, to: person)
        #expect(try due(fixture.vault, person, day: 1) == nil)
        let second = KeyID(rawValue: 501)
        let key = try fixture.vault.mintMessageKey(second, owner: person, day: 1)
        #expect(key.wrappedForHistory != nil)
        fixture.keys.put(key)
        fixture.vault.refresh(person)
        #expect(try due(fixture.vault, person, day: 1) == second)

        fixture.vault.close(.history, of: person)
        #expect(try due(fixture.vault, person, day: 1) == nil)
        #expect(try fixture.vault.mintMessageKey(KeyID(rawValue: 502), owner: person, day: 1).wrappedForHistory == nil)
    }

    @Test func pastTheWindowOnlyHistoryOpens() throws {
        let fixture = try VaultFixture()
        let person = try fixture.join(1)
        let history = try fixture.grant(.history, to: person)
        let id = KeyID(rawValue: 500)
        let key = try fixture.vault.mintMessageKey(id, owner: person, day: 1)
        fixture.keys.put(key)
        let sealed = try fixture.vault.withService(for: person) { (service) throws(Denied) in
            try service.seal(message: [1, 2, 3], under: id, at: place(person))
        }.bytes
        #expect(try open(fixture.vault, sealed, id, person) == [1, 2, 3])

        // The window ends.
        fixture.keys.put(
            StoredKey(
                id: id, owner: person, use: .message, day: 1, wrapped: nil, wrappedForHistory: key.wrappedForHistory))
        fixture.vault.refresh(person)
        #expect(try open(fixture.vault, sealed, id, person) == [1, 2, 3])
        fixture.vault.close(.history, of: person)
        #expect(throws: Denied.noConsent) { try open(fixture.vault, sealed, id, person) }
        fixture.vault.settle(.history, of: person)

        // Stale terms read no history either.
        let texts = Terms(version: 2, texts: [.history: .init(what: "", why: "", without: "", changed: 2)])
        #expect(throws: Denied.staleTerms) { try open(try fixture.vault(terms: texts), sealed, id, person) }

        fixture.keys.remove(history)
        fixture.vault.refresh(person)
        #expect(throws: Denied.noConsent) { try open(fixture.vault, sealed, id, person) }
        fixture.keys.remove(id)
        fixture.vault.refresh(person)
        #expect(throws: Denied.erased) { try open(fixture.vault, sealed, id, person) }
    }

    @Test func hashesAreEachOwnersOwn() throws {
        let fixture = try VaultFixture()
        let hashes = try (1...2).map { number in
            let person = try fixture.join(Int64(number))
            return try fixture.vault.withService(for: person) { (service) throws(Denied) in
                [
                    service.hash("a", [1], [2]), service.hash("a", [1, 2]), service.hash("a", [], [1, 2]),
                    service.hash("b", [1], [2]), service.hash("a", [1], [2])
                ]
            }
        }
        #expect(hashes[0][0] == hashes[0][4])
        #expect(Set(hashes[0]).count == 4)
        #expect(Set(hashes[0] + hashes[1]).count == 8)
        #expect(hashes[0].allSatisfy { $0.bytes.count == 16 })
    }
}
