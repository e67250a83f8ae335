import Consent
import Store
import Testing

/// People, decisions and rows over the life of a store.
struct LifeTests {
    @Test func aTextIsStoredForBothAndReadBack() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        let stored = try await store.text(from: p, to: q, "hello")
        guard case .stored(let sender?, let recipient?) = stored else {
            Issue.record("not stored: \(stored)")
            return
        }
        #expect(sender < recipient)
        #expect(try await store.archive(p) == ["hello"])
        #expect(try await store.archive(q) == ["hello"])
        let pending = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.pending(of: q).rows }
        #expect(pending.map(\.id) == [recipient])
        store.close()
    }

    @Test func whatWasStoredIsThereAfterReopening() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.text(from: p, to: nil, "one")
        store.close()
        store = try fixture.open()
        _ = try await store.text(from: p, to: nil, "two")
        #expect(try await store.archive(p) == ["one", "two"])
        store.close()
    }

    @Test func aNameIsGivenOnce() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        await #expect(throws: StoreError.nameTaken) { try await store.join("p") }
        let found = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.person(named: "p") }
        #expect(found?.id == p)
        let verifiers = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.verifiers(of: p) }
        #expect(verifiers.sha1.iterations == 10_000)
        store.close()
    }

    @Test func withdrawingANumberTakesItsRowsToZero() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let q = try await store.join("q")
        let p = try await store.join("p")
        guard case .confirmed(let decision, displaced: nil) = try await store.prove("15550001111", by: q) else {
            Issue.record("not confirmed")
            return
        }
        #expect(decision.action == .grant)
        #expect(store.vault.person(at: store.vault.index(Array("15550001111".utf8))) == q)
        for other in ["a", "b", "c"] {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.setFace(Array("+15550001111@d".utf8), towards: Array(other.utf8), owner: q)
            }
        }
        _ = try await store.text(from: p, to: q, "stays")
        let key = try #require(try store.key(of: .numberTexting, for: q))
        #expect(try store.rowCount(under: key, owner: q) == 5)
        let withdrawal = try await store.writer.withdraw(.numberTexting, by: q)
        #expect(withdrawal.rows == 5)
        #expect(try store.rowCount(under: key, owner: q) == 0)
        #expect(store.vault.person(at: store.vault.index(Array("15550001111".utf8))) == nil)
        #expect(try await store.archive(q) == ["stays"])
        await #expect(throws: StoreError.denied(.noConsent)) {
            try await store.writer.withdraw(.numberTexting, by: q)
        }
        let ledger = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: q) }
        #expect(ledger.map(\.action) == [.grant, .withdraw])
        store.close()
    }
}
