import Consent
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Store

/// What a start makes of files that a crash, a copy or a mistaken restore left.
struct CrashTests {
    private static let all = [
        "region.key", "keys.sqlite", "keys.sqlite-wal", "content.sqlite", "content.sqlite-wal"
    ]

    @Test func whatWasAnsweredIsInACopyOfTheFiles() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        for number in 0..<50 { _ = try await store.text(from: p, to: nil, "\(number)") }
        // The files as they lie, the log not yet copied into the database: as after a kill.
        let copy = try Fixture()
        try fixture.copy(to: copy.files.directory, files: Self.all)
        try FileManager.default.copyItem(atPath: fixture.folder + "/terms", toPath: copy.folder + "/terms")
        let again = try copy.open()
        #expect(try await again.archive(p) == (0..<50).map(String.init))
        again.close()
        store.close()
    }

    /// The keys file knows of a withdrawal that content doesn't.
    @Test func rowsUnderATombstoneGoAtStartAndTheLedgerIsMadeUp() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let q = try await store.join("q")
        _ = try await store.prove("15550001111", by: q)
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.setFace([1], towards: [2], owner: q)
        }
        let id = try #require(try store.key(of: .numberTexting, for: q))
        let decision = Decision(
            id: DecisionID(rawValue: ArchiveID(firstAt: fixture.clock.now + 5).rawValue), person: q,
            purpose: .numberTexting, action: .withdraw, terms: 1, region: fixture.region, at: fixture.clock.now + 5)
        try store.keys.write { (keys) throws(StoreError) in
            guard let key = try keys.key(id, of: q) else { throw .conflict }
            try keys.destroy(key, decision: decision, at: decision.at)
        }
        #expect(try store.rowCount(under: id, owner: q) == 1)
        store.close()
        store = try fixture.open()
        #expect(try store.rowCount(under: id, owner: q) == 0)
        let ledger = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: q) }
        #expect(ledger.map(\.action) == [.grant, .withdraw])
        #expect(ledger.last == decision)
        #expect(store.vault.person(at: store.vault.index(Array("15550001111".utf8))) == nil)
        store.close()
        store = try fixture.open()
        let same = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: q) }
        #expect(same == ledger, "a second start adds nothing")
        store.close()
    }

    /// The keys file knows of a yes that the ledger doesn't.
    @Test func aYesIsMadeUpInTheLedger() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let q = try await store.join("q")
        let grant = Grant(
            decision: DecisionID(rawValue: ArchiveID(firstAt: fixture.clock.now + 5).rawValue), terms: 1,
            region: fixture.region, at: fixture.clock.now + 5)
        try store.keys.write { (keys) throws(StoreError) in
            let id = try keys.nextKey()
            guard let key = try? store.vault.mintKey(id, owner: q, purpose: .sms, day: 1, grant: grant) else {
                throw .conflict
            }
            try keys.insert(key)
        }
        store.close()
        store = try fixture.open()
        let ledger = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: q) }
        #expect(ledger.map(\.id) == [grant.decision])
        // Ids go on above the one that was made up.
        guard case .stored(let id?, _) = try await store.text(from: q, to: nil, "x") else { return }
        #expect(id.rawValue > grant.decision.rawValue)
        store.close()
    }

    @Test func newKeysAreOnDiskBeforeTheRowsUnderThem() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        // Content refuses the batch that was to use the new key.
        try await store.content.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        await #expect(throws: StoreError.self) {
            try await store.text(from: p, to: nil, String(repeating: "x", count: 100_000))
        }
        let keys = try store.keys.read { (keys) throws(StoreError) in try keys.keys(of: p) }
        #expect(keys.map(\.use) == [.service, .message])
        let used = try await store.content.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM used_key") }
        #expect(used == 1)
        store.close()
    }

    @Test func anOlderKeysFileStopsTheStartAndNothingIsPurged() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        store.close()
        let old = fixture.folder + "/old"
        try fixture.copy(to: old, files: ["keys.sqlite", "keys.sqlite-wal"])
        let new = fixture.folder + "/new"
        store = try fixture.open()
        _ = try await store.text(from: p, to: nil, "precious")
        store.close()
        try fixture.copy(to: new, files: ["keys.sqlite", "keys.sqlite-wal"])
        func restore(_ from: String) throws {
            for name in ["keys.sqlite", "keys.sqlite-wal", "keys.sqlite-shm"] {
                try? FileManager.default.removeItem(atPath: fixture.files.directory + "/" + name)
                if FileManager.default.fileExists(atPath: from + "/" + name) {
                    try FileManager.default.copyItem(
                        atPath: from + "/" + name, toPath: fixture.files.directory + "/" + name)
                }
            }
        }
        try restore(old)
        #expect(throws: StoreError.unknownKeys(1)) { try fixture.open() }
        try restore(new)
        store = try fixture.open()
        #expect(try await store.archive(p) == ["precious"])
        store.close()
    }

    @Test func aWithdrawnKeyDoesNotComeBackWithAnOlderKeysFile() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("15550001111", by: p)
        store.close()
        let old = fixture.folder + "/old"
        try fixture.copy(to: old, files: ["keys.sqlite", "keys.sqlite-wal"])
        store = try fixture.open()
        _ = try await store.writer.withdraw(.numberTexting, by: p)
        store.close()
        for name in ["keys.sqlite", "keys.sqlite-wal", "keys.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: fixture.files.directory + "/" + name)
        }
        try FileManager.default.copyItem(
            atPath: old + "/keys.sqlite", toPath: fixture.files.directory + "/keys.sqlite")
        store = try fixture.open()
        #expect(store.vault.person(at: store.vault.index(Array("15550001111".utf8))) == nil)
        #expect(try store.key(of: .numberTexting, for: p) == nil)
        store.close()
    }

    @Test func filesThatDontBelongTogetherAreRefused() async throws {
        let fixture = try Fixture()
        let other = try Fixture()
        for name in ["keys.sqlite", "region.key"] {
            let path = fixture.files.directory + "/" + name
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(atPath: other.files.directory + "/" + name, toPath: path)
            #expect(throws: name == "keys.sqlite" ? StoreError.wrongRegionKey : .foreignKeys) { try fixture.open() }
        }
    }

    @Test func missingDamagedAndNewerFilesAreRefused() async throws {
        for name in ["keys.sqlite", "content.sqlite", "region.key"] {
            let fixture = try Fixture()
            try FileManager.default.removeItem(atPath: fixture.files.directory + "/" + name)
            #expect(throws: StoreError.missing(name)) { try fixture.open() }
        }
        for name in ["keys.sqlite", "content.sqlite", "region.key"] {
            let fixture = try Fixture()
            try Data("not what it should be, and long enough to be looked at by SQLite".utf8)
                .write(to: URL(fileURLWithPath: fixture.files.directory + "/" + name))
            #expect(throws: StoreError.damaged(name)) { try fixture.open() }
        }
        for name in ["keys.sqlite", "content.sqlite"] {
            let fixture = try Fixture()
            let queue = try DatabaseQueue(path: fixture.files.directory + "/" + name)
            try await queue.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 later')") }
            try queue.close()
            #expect(throws: StoreError.newerSchema(name)) { try fixture.open() }
        }
    }

    @Test func initOverwritesNothingAndKeepsTheKeyPrivate() throws {
        let fixture = try Fixture()
        #expect(throws: StoreError.exists("region.key")) { try fixture.files.create() }
        for name in ["region.key", "keys.sqlite", "content.sqlite"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: fixture.files.directory + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    @Test func aFolderHasOneUser() throws {
        let fixture = try Fixture()
        do {
            let lock = try FolderLock(folder: fixture.folder)
            #expect(throws: StoreError.inUse) { _ = try FolderLock(folder: fixture.folder) }
            _ = consume lock
        }
        #expect(throws: Never.self) { _ = try FolderLock(folder: fixture.folder) }
        #expect(throws: StoreError.self) { _ = try FolderLock(folder: fixture.folder + "/none") }
    }

    @Test func aRefusedLockClosesNobodyElsesFile() throws {
        let fixture = try Fixture()
        let folder = fixture.folder
        let lock = try FolderLock(folder: folder)
        let lost = Mutex(0)
        // A second close of a number that is free by then hits what the other thread has just opened.
        DispatchQueue.concurrentPerform(iterations: 2) { number in
            for _ in 0..<60_000 {
                if number == 0 {
                    #expect(throws: StoreError.inUse) { _ = try FolderLock(folder: folder) }
                } else if case let file = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC), close(file) != 0 {
                    lost.withLock { $0 += 1 }
                }
            }
        }
        #expect(lost.withLock { $0 } == 0)
        _ = consume lock
    }
}
