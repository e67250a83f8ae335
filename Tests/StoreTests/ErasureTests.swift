import Consent
import Foundation
import GRDB
import Testing

@testable import Store

/// Windows, history, withdrawals and departures, down to the bytes.
struct ErasureTests {
    private func rows(_ store: RegionStore) throws -> Int {
        try store.content.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM message") ?? -1 }
    }

    @Test func rowsGoWhenTheirWindowEnds() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        _ = try await store.text(from: p, to: q, "old")
        fixture.clock.advance(days: 7)
        _ = try await store.text(from: p, to: q, "new")
        #expect(try await store.writer.sweep() == 0)
        #expect(try await store.archive(q) == ["old", "new"])
        fixture.clock.advance(days: 1)
        #expect(try await store.writer.sweep() == 2)
        #expect(try await store.archive(q) == ["new"])
        #expect(try rows(store) == 2)
        store.close()
    }

    @Test func historyKeepsWhatWasWrittenUnderIt() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.text(from: p, to: nil, "before")
        _ = try await store.writer.grant(.history, by: p)
        _ = try await store.text(from: p, to: nil, "kept")
        fixture.clock.advance(days: 9)
        _ = try await store.text(from: p, to: nil, "recent")
        try await store.writer.sweep()
        #expect(try await store.archive(p) == ["kept", "recent"])
        store.close()
        store = try fixture.open()
        #expect(try await store.archive(p) == ["kept", "recent"])
        let withdrawal = try await store.writer.withdraw(.history, by: p)
        #expect(withdrawal.rows == 2, "the history key and the row past its window")
        #expect(try await store.archive(p) == ["recent"], "what is in the window stays until that ends")
        _ = try await store.text(from: p, to: nil, "after")
        fixture.clock.advance(days: 9)
        try await store.writer.sweep()
        #expect(try rows(store) == 0)
        store.close()
    }

    @Test func smsTakesItsConversationsAndQueueWithIt() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        await #expect(throws: StoreError.denied(.noConsent)) {
            try await store.text(from: p, to: nil, "by sms", isSMS: true)
        }
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.text(from: p, to: nil, "by sms", isSMS: true)
        _ = try await store.text(from: p, to: nil, "by ip")
        let recipient = store.vault.routeHash(Array("15550009999".utf8), route: "r")
        let sender = store.vault.routeHash(Array("15550000000".utf8), route: "r")
        #expect(try await store.writer.bind(route: "r", recipient: recipient, owner: p, senders: [sender]) == sender)
        let now = fixture.clock.now
        _ = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.queue(content: [1], route: "r", due: now, message: nil, owner: p)
        }
        #expect(try await store.archive(p) == ["by sms", "by ip"])
        let key = try #require(try store.key(of: .sms, for: p))
        #expect(try store.rowCount(under: key, owner: p) == 4)
        let withdrawal = try await store.writer.withdraw(.sms, by: p)
        #expect(withdrawal.rows == 4)
        #expect(try store.rowCount(under: key, owner: p) == 0)
        #expect(try await store.archive(p) == ["by ip"])
        #expect(
            try store.keys.binding(route: "r", recipient: recipient, sender: sender, now: fixture.clock.now, lapse: 1)
                == nil)
        store.close()
    }

    @Test func leavingLeavesOnlyTheLedger() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        _ = try await store.text(from: p, to: q, "hello", origin: "1")
        _ = try await store.writer.grant(.history, by: p)
        _ = try await store.prove("15550001111", by: p)
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.keep(.rosterItem, Kept(name: [1], value: []), owner: p)
            try transaction.openSession("s", owner: p, resource: [])
            try transaction.setFace([1], towards: [2], owner: p)
        }
        try await store.writer.erase(p)
        await #expect(throws: StoreError.self) { try await store.text(from: p, to: q, "again") }
        await #expect(throws: StoreError.noSuchPerson) { try await store.writer.grant(.sms, by: p) }
        let tables = try await store.content.pool.read { db in
            try ["person", "message", "pending", "kept", "face", "sm_session", "used_key", "uses", "evidence", "ledger"]
                .map {
                    let column = $0 == "person" ? "id" : "owner"
                    return try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0) WHERE \(column) = \(p.rawValue)") ?? -1
                }
        }
        #expect(tables == [0, 0, 0, 0, 0, 0, 0, 0, 0, 4])
        #expect(store.vault.person(at: store.vault.index(Array("15550001111".utf8))) == nil)
        #expect(try await store.archive(q) == ["hello"], "copies of others remain theirs")
        let ledger = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: p) }
        #expect(ledger.map(\.action) == [.grant, .grant, .erase, .erase])
        #expect(try await store.join("p") != p, "the name is free again")
        store.close()
    }

    @Test func theLedgerOnlyGrows() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.refuse(.history, by: p)
        for sql in ["UPDATE ledger SET action = 'grant'", "DELETE FROM ledger"] {
            #expect(throws: DatabaseError.self) { try store.content.pool.write { try $0.execute(sql: sql) } }
        }
        let ledger = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: p) }
        #expect([PurposeCode: Standing](folding: ledger)[.history] == .refused)
        store.close()
    }

    @Test func newTermsMakeAYesStaleUntilRenewed() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15550001111", by: p)
        store.close()
        let text = Terms.Text(what: "", why: "", without: "", changed: 2)
        let terms = Terms(version: 2, texts: [.numberTexting: text, .sms: text, .history: text])
        store = try fixture.open(terms: terms)
        let key = try store.key(of: .numberTexting, for: p)
        await #expect(throws: StoreError.denied(.staleTerms)) {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.setFace([1], towards: [2], owner: p)
            }
        }
        _ = try await store.writer.grant(.numberTexting, by: p)
        #expect(try store.key(of: .numberTexting, for: p) == key, "renewed, the number needs no new proof")
        let sealed = try #require(try store.keys.number(of: p))
        let number = try store.vault.withPermit(NumberTexting.self, for: p) { (permit) throws(Denied) in
            try permit.open(sealed, at: OwnNumber.place(of: p))
        }.release(by: ClientStanza.self)
        #expect(number == Array("15550001111".utf8))
        store.close()
    }

    // MARK: Bytes at rest

    /// A number in the encodings that a leak might take.
    private func forms(of number: String) -> [(String, [UInt8])] {
        let plain = Array(number.utf8)
        let padded = plain.count.isMultiple(of: 2) ? plain.map { $0 - 48 } : plain.map { $0 - 48 } + [15]
        let pairs = stride(from: 0, to: padded.count, by: 2).map { (padded[$0], padded[$0 + 1]) }
        var forms: [(String, [UInt8])] = [
            ("plain", plain), ("hex", plain.flatMap { Array(String($0, radix: 16).utf8) }),
            ("bcd", pairs.map { $0 << 4 | $1 }), ("swapped bcd", pairs.map { $1 << 4 | $0 }),
            ("utf-16", plain.flatMap { [$0, 0] })
        ]
        for shift in 0..<3 {
            let encoded = Data([UInt8](repeating: 0, count: shift) + plain).base64EncodedString()
            forms.append(("base64+\(shift)", Array(encoded.utf8.dropFirst(4).dropLast(4))))
        }
        return forms
    }

    @Test func noNumberLiesAnywhereAtRest() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let numbers = ["15557654321", "15551234987", "15553141592"]
        let q = try await store.join("q")
        _ = try await store.prove(numbers[0], by: q)
        _ = try await store.writer.grant(.sms, by: q)
        let pending = try await store.writer.claim(numbers[1], by: q)
        #expect(pending.utf8.count == 6)
        let alias = "+\(numbers[2])@example.org"
        _ = try await store.text(from: q, to: nil, "to \(numbers[2])", origin: numbers[2], isSMS: true, with: alias)
        let now = fixture.clock.now
        _ = try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.setFace(Array("+\(numbers[0])@example.org".utf8), towards: Array(alias.utf8), owner: q)
            try transaction.keep(
                .rosterItem, Kept(name: Array(alias.utf8), value: Array(numbers[2].utf8)), owner: q)
            try transaction.keep(.blocked, Kept(name: Array(alias.utf8), value: []), owner: q)
            return try transaction.queue(
                content: Array(numbers[2].utf8), route: "r", due: now, message: nil, owner: q)
        }
        func leaks() throws -> [String] {
            try fixture.filesAtRest().flatMap { path, bytes in
                numbers.flatMap { number in
                    forms(of: number).filter { bytes.contains($0.1) }.map { "\(path): \($0.0)" }
                }
            }
        }
        #expect(try fixture.filesAtRest().keys.contains { $0.hasSuffix("content.sqlite-wal") })
        #expect(try leaks() == [])
        _ = try await store.writer.withdraw(.numberTexting, by: q)
        _ = try await store.writer.withdraw(.sms, by: q)
        #expect(try leaks() == [])
        store.close()
        #expect(try leaks() == [])

        // The search finds a leak where there is one.
        let planted = fixture.folder + "/planted"
        try Data([0] + Array(numbers[0].utf8)).write(to: URL(fileURLWithPath: planted))
        #expect(try leaks() == ["planted: plain"])
    }

    @Test func destroyedKeysAreInNoByteOfTheKeysFile() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var people: [PersonID] = []
        for number in 0..<24 { people.append(try await store.join("p\(number)")) }
        for person in people {
            for purpose in [PurposeCode.sms, .history] { _ = try await store.writer.grant(purpose, by: person) }
            _ = try await store.text(from: person, to: nil, "x")
        }
        var generator = SplitMix(state: 7)
        var gone: [[UInt8]] = []
        func wrapped(_ use: PurposeCode, _ person: PersonID) throws -> [UInt8] {
            try #require(
                try store.keys.read { (keys) throws(StoreError) in try keys.key(of: use, owner: person) }?.wrapped)
        }
        for person in people.shuffled(using: &generator).prefix(12) {
            gone.append(try wrapped(.sms, person))
            _ = try await store.writer.withdraw(.sms, by: person)
            if Bool.random(using: &generator) {
                gone.append(try wrapped(.history, person))
                try await store.writer.erase(person)
            }
            let files = try fixture.filesAtRest().filter { $0.key.contains("keys.sqlite") }
            #expect(files.contains { $0.key.hasSuffix("keys.sqlite") })
            for (path, bytes) in files {
                // The tail of a wrapped key is enough to tell: pieces may be left when a page is rearranged.
                #expect(
                    gone.filter { bytes.contains(Array($0.suffix(24))) || bytes.contains(Array($0.prefix(24))) }
                        .isEmpty, "\(path)")
            }
        }
        #expect(!gone.isEmpty)
        store.close()
    }
}
