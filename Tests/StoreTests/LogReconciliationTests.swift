import Consent
import Foundation
import GRDB
import Proof
import Testing

@testable import Store

/// Crashes between the keys file and content, and folders from before there were receipts.
struct LogReconciliationTests {
    /// A person's yes whose keys are on disk and whose ledger row isn't.
    @Test func whatIsMadeUpGetsReceiptAndLeaf() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.history, by: p)
        let at = fixture.clock.now + 5
        let ids = [5, 6].map { DecisionID(rawValue: ArchiveID(firstAt: fixture.clock.now + $0).rawValue) }
        let grant = Grant(decision: ids[0], terms: 1, region: fixture.region, at: at)
        let withdrawal = Decision(
            id: ids[1], person: p, purpose: .history, action: .withdraw, terms: 1, region: fixture.region, at: at)
        let salt = Salt.random()
        try store.keys.write { (keys) throws(StoreError) in
            let id = try keys.nextKey()
            guard let key = try? store.vault.mintKey(id, owner: p, purpose: .sms, day: 1, grant: grant),
                let old = try keys.key(of: .history, owner: p)
            else { throw .conflict }
            try keys.insert(key)
            try keys.insert(salt, decision: ids[0], owner: p)
            // The withdrawal's salt is lost too, as no crash of ours loses it: it is made up.
            try keys.destroy(old, decision: withdrawal, at: at)
        }
        store.close()
        store = try fixture.open()
        try store.log.publish()
        let kept = try await store.kept(p)
        #expect(kept.map(\.kind) == [.decision(.grant), .decision(.grant), .decision(.withdraw)])
        #expect(kept.dropFirst().map(\.id) == ids)
        for kept in kept { try store.check(kept) }
        #expect(try store.keys.read { (keys) throws(StoreError) in try keys.salt(of: ids[0]) }?.secret == salt.secret)
        let leaves = try store.leafCount()
        store.close()
        store = try fixture.open()
        #expect(try store.leafCount() == leaves, "a second start adds nothing")
        store.close()
    }

    /// The keys of somebody who leaves are destroyed, and then the machine stops.
    @Test func aDepartureIsFinishedAtTheNextStart() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.refuse(.history, by: p)
        _ = try await store.text(from: p, to: q, "hello")
        try await store.writer.look(at: p, verb: "person show")
        let at = fixture.clock.now + 5
        let id = DecisionID(rawValue: ArchiveID(firstAt: at).rawValue)
        let decision = Decision(
            id: id, person: p, purpose: .sms, action: .erase, terms: 1, region: fixture.region, at: at)
        try store.keys.write { (keys) throws(StoreError) in
            for id in try keys.ids(of: p) {
                guard let key = try keys.key(id, of: p) else { continue }
                try keys.destroy(key, decision: key.use == .purpose(.sms) ? decision : nil, at: at)
            }
            try keys.forget(p)
        }
        let before = try store.leafCount()
        store.close()
        store = try fixture.open()
        #expect(try store.leafCount() == before + 1, "one leaf for the departure")
        let ledger = try await store.ledger(p)
        #expect(ledger.filter { $0.action == .erase }.map(\.purpose.rawValue).sorted() == ["history", "sms"])
        let counts = try await store.content.pool.read { db in
            try ["person", "message", "evidence", "look", "uses", "used_key"].map { table in
                let column = table == "person" ? "id" : "owner"
                return try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table) WHERE \(column) = \(p.rawValue)") ?? -1
            }
        }
        #expect(counts == [0, 0, 0, 0, 0, 0])
        #expect(try await store.archive(q) == ["hello"])
        store.close()
        store = try fixture.open()
        #expect(try store.leafCount() == before + 1, "a second start adds nothing")
        try store.log.publish()
        try store.checkLog()
        store.close()
    }

    /// Content as it was before somebody turned a purpose off, or left, with the keys of afterwards.
    @Test(arguments: [false, true])
    func contentOfBeforeYieldsNothingWithTheKeysOfAfter(leaves: Bool) async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15557654321", by: p)
        _ = try await store.writer.grant(.sms, by: p)
        _ = try await store.text(from: p, to: nil, "secret words", isSMS: true)
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.setFace([1], towards: [2], owner: p)
        }
        let kept = try await store.kept(p)
        let face = try #require(try store.key(of: .numberTexting, for: p))
        let sms = try #require(try store.key(of: .sms, for: p))
        store.close()
        let old = fixture.folder + "/old"
        try fixture.copy(to: old, files: ["content.sqlite", "content.sqlite-wal", "log"])
        store = try fixture.open()
        if leaves {
            _ = try await store.writer.erase(p)
        } else {
            _ = try await store.writer.withdraw(.numberTexting, by: p)
            _ = try await store.writer.withdraw(.sms, by: p)
        }
        store.close()
        try fixture.putBack(from: old, files: ["content.sqlite", "content.sqlite-wal", "log"])
        try fixture.files.beginNewLog(issuer: Issuer(domain: "example.org"), wall: fixture.clock.wall)
        store = try fixture.open()
        #expect(store.vault.person(at: store.vault.index(Array("15557654321".utf8))) == nil)
        #expect(try store.rowCount(under: face, owner: p) == 0)
        #expect(try store.rowCount(under: sms, owner: p) == 0)
        if leaves {
            #expect(try await store.kept(p).isEmpty)
            for kept in kept { #expect(try store.log.proof(of: kept) == nil, "no salt tells the leaf") }
            let people = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.people() }
            #expect(people.isEmpty)
        } else {
            #expect(try await store.archive(p).isEmpty)
            #expect(try store.key(of: .sms, for: p) == nil)
            let decided = try await store.ledger(p).map(\.action)
            #expect(decided == [.grant, .grant, .withdraw, .withdraw], "made up from the tombstones")
            try store.log.publish()
            #expect(try await store.kept(p).count == 4)
        }
        store.close()
    }

    // MARK: Older folders

    @Test func aFolderFromBeforeReceiptsOpensAndItsDecisionsGetThem() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        let grant = try await store.writer.grant(.sms, by: p)
        _ = try await store.writer.refuse(.history, by: p)
        _ = try await store.writer.grant(.sms, by: q)
        _ = try await store.text(from: p, to: nil, "kept", isSMS: true)
        _ = try await store.writer.erase(q)
        store.close()
        let day = WallClock.day(of: fixture.clock.now)
        try fixture.makeOlder { db in
            try db.execute(
                sql: "INSERT INTO use_count VALUES (?, 'sms', ?, 3), (?, 'sms', ?, 4)",
                arguments: [p.rawValue, day, p.rawValue, day - 9])
        }
        store = try fixture.open()
        let kept = try await store.kept(p)
        #expect(kept.map(\.kind) == [.decision(.grant), .decision(.refuse)])
        #expect(try await store.archive(p) == ["kept"])
        let uses = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.uses(of: p) }
        #expect(uses.map(\.count) == [4, 3])
        #expect(uses.map(\.decision) == [DecisionID(rawValue: 0), grant.id], "the yes that stood, as far as one did")
        try store.log.publish()
        for kept in kept { try store.check(kept) }
        let leaves = try store.leafCount()
        #expect(leaves == 3, "the terms and two decisions; nobody holds receipts of who left")
        fixture.clock.advance(days: 2)
        try await store.writer.sweep()
        #expect(try store.leafCount() == leaves + 1, "a count that no yes is known for gets no leaf")
        store.close()
        store = try fixture.open()
        #expect(try store.leafCount() == leaves + 1, "once")
        store.close()
    }
}

extension Fixture {
    /// Makes of a closed store what a program without the log would have left.
    func makeOlder(_ change: @Sendable (Database) throws -> Void) throws {
        let content = try DatabaseQueue(path: files.content)
        try content.write { db in
            for table in ["leaf", "evidence", "look", "leaving", "announcement", "terms", "uses"] {
                for trigger in try String.fetchAll(
                    db, sql: "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
                    arguments: [table])
                {
                    try db.execute(sql: "DROP TRIGGER \(trigger)")
                }
                try db.execute(sql: "DROP TABLE \(table)")
            }
            try db.execute(
                sql: """
                    CREATE TABLE use_count (
                        owner INTEGER NOT NULL, purpose TEXT NOT NULL, day INTEGER NOT NULL, uses INTEGER NOT NULL,
                        PRIMARY KEY (owner, purpose, day)) WITHOUT ROWID;
                    DELETE FROM meta WHERE name = 'decisions without receipts';
                    DELETE FROM high_water WHERE name = 'uses';
                    DELETE FROM grdb_migrations WHERE identifier = '3 log';
                    """)
            try change(db)
        }
        try content.close()
        let keys = try DatabaseQueue(path: files.keys)
        try keys.write { db in try db.execute(sql: "DELETE FROM secret WHERE name = 'log'") }
        try keys.close()
        try FileManager.default.removeItem(atPath: files.directory + "/log")
        try? FileManager.default.removeItem(atPath: folder + "/terms")
    }
}
