import Consent
import Foundation
import GRDB
import Proof
import Testing

@testable import Store

/// The log's files: what is published, and what a start makes of files that a crash, a copy or a hand left.
struct LogFileTests {
    @Test func itGrowsOverTilesOfAllWidths() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        var earlier: [UInt8]?
        for size in [1, 2, 3, 255, 256, 257, 511, 512, 700] {
            try await store.announce(size - (try store.leafCount()))
            try store.log.publish()
            #expect(store.log.size == size)
            earlier = try store.checkLog(since: earlier)
        }
        let files = try fixture.logFiles()
        let parts = files.keys.filter { $0.contains("0/000.p") || $0.contains("entries/000.p") }
        #expect(parts.isEmpty, "full tiles take their parts' place")
        #expect(files.keys.contains("tile/entries/002.p/188"))
        #expect(files.keys.filter { $0.hasPrefix(".new") }.isEmpty)
        let published = try fixture.readLog("checkpoint")
        try store.log.publish()
        #expect(try fixture.readLog("checkpoint") == published, "nothing new, nothing signed")
        #expect(String(decoding: published, as: UTF8.self).hasPrefix("example.org/test/1\n700\n"))
        store.close()
    }

    @Test func onlyItsOwnerCanReadIt() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        try store.log.publish()
        let folder = fixture.files.directory + "/log"
        for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() {
            let file = folder + "/" + path
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            #expect(attributes[.posixPermissions] as? Int == (isFolder ? 0o700 : 0o600), "\(path)")
        }
        store.close()
    }

    @Test func leavesEnterTogetherWithWhatTheyStandFor() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let before = try store.leafCount()
        await #expect(throws: StoreError.conflict) {
            try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.announce([1])
                throw .conflict
            }
        }
        #expect(try store.leafCount() == before, "what is undone takes its leaf along")
        _ = try await store.writer.grant(.sms, by: p)
        #expect(try store.leafCount() == before + 1)
        store.close()
    }

    // MARK: Crashes

    /// A store with a published log of `size` leaves and a person's receipt in it, closed.
    private func published(_ size: Int, _ fixture: Fixture) async throws -> KeptReceipt {
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.sms, by: p)
        try await store.announce(size - (try store.leafCount()))
        let kept = try #require(try await store.kept(p).first)
        store.close()
        return kept
    }

    /// Leaves are in content, and nothing of them is in the files.
    @Test func leavesWithoutTilesArePublishedAtTheNextStart() async throws {
        let fixture = try Fixture()
        _ = try await published(300, fixture)
        let old = try fixture.readLog("checkpoint")
        let folder = fixture.folder + "/before"
        try FileManager.default.copyItem(atPath: fixture.logFolder, toPath: folder)
        var store = try fixture.open()
        try await store.announce(500)
        store.close()
        let later = try fixture.logFiles()
        try FileManager.default.removeItem(atPath: fixture.logFolder)
        try FileManager.default.copyItem(atPath: folder, toPath: fixture.logFolder)
        store = try fixture.open()
        #expect(store.log.size == 300)
        try store.log.publish()
        try store.checkLog(since: old)
        #expect(try fixture.logFiles() == later, "the same files as without the crash")
        store.close()
    }

    /// Tiles are written, and the checkpoint over them isn't.
    @Test func tilesWithoutTheirCheckpointAreWrittenAgain() async throws {
        let fixture = try Fixture()
        _ = try await published(300, fixture)
        let old = try fixture.readLog("checkpoint")
        var store = try fixture.open()
        try await store.announce(500)
        store.close()
        let later = try fixture.logFiles()
        try fixture.overwrite("checkpoint", old)
        // One of the new tiles is whole, one is damaged, one never came, and one was being written.
        try fixture.overwrite("tile/0/002", [1, 2, 3])
        try FileManager.default.removeItem(atPath: fixture.logFolder + "/tile/entries/002")
        try FileManager.default.createDirectory(
            atPath: fixture.logFolder + "/.new", withIntermediateDirectories: true)
        try fixture.overwrite(".new/0", [9])
        // The partial tiles of the old checkpoint are there until the new one is.
        let partials = ["tile/0/001.p/44": "tile/0/001", "tile/entries/001.p/44": "tile/entries/001"]
        for (partial, full) in partials {
            let tile = try #require(Tile(path: partial))
            let part = try #require(tile.part(ofFull: try fixture.readLog(full)))
            try FileManager.default.createDirectory(
                atPath: fixture.logFolder + "/" + partial.dropLast(3), withIntermediateDirectories: true)
            try fixture.overwrite(partial, part)
        }
        store = try fixture.open()
        #expect(store.log.size == 300)
        try store.checkLog(since: old)
        try store.log.publish()
        try store.checkLog(since: old)
        #expect(try fixture.logFiles() == later)
        store.close()
    }

    @Test(arguments: ["missing", "cut", "altered"], ["tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"])
    func aStartMendsTheEdge(damage: String, name: String) async throws {
        let fixture = try Fixture()
        let kept = try await published(300, fixture)
        let whole = try fixture.logFiles()
        try harm(name, damage, fixture)
        let store = try fixture.open()
        #expect(try fixture.logFiles() == whole)
        try store.check(kept)
        store.close()
    }

    @Test(arguments: ["missing", "cut", "altered"])
    func aProofMendsWhatAStartDoesNotLookAt(damage: String) async throws {
        let fixture = try Fixture()
        let kept = try await published(300, fixture)
        let whole = try fixture.logFiles()
        try harm("tile/0/000", damage, fixture)
        let store = try fixture.open()
        try store.check(kept)
        #expect(try fixture.logFiles() == whole)
        store.close()
    }

    private func harm(_ name: String, _ damage: String, _ fixture: Fixture) throws {
        var bytes = try fixture.readLog(name)
        switch damage {
        case "missing": try FileManager.default.removeItem(atPath: fixture.logFolder + "/" + name)
        case "cut": try fixture.overwrite(name, Array(bytes.dropLast(7)))
        default:
            bytes[bytes.count / 2] ^= 1
            try fixture.overwrite(name, bytes)
        }
    }

    @Test func allFilesAreMadeAnewFromContent() async throws {
        let fixture = try Fixture()
        let kept = try await published(700, fixture)
        let whole = try fixture.logFiles()
        try FileManager.default.removeItem(atPath: fixture.logFolder)
        let store = try fixture.open()
        try store.log.publish()
        #expect(try fixture.logFiles() == whole)
        try store.check(kept)
        store.close()
    }

    // MARK: Files that don't belong together

    @Test func olderContentIsRefused() async throws {
        let fixture = try Fixture()
        _ = try await published(10, fixture)
        let old = fixture.folder + "/old"
        try fixture.copy(to: old, files: ["content.sqlite", "content.sqlite-wal"])
        let store = try fixture.open()
        try await store.announce(5)
        store.close()
        try fixture.putBack(from: old, files: ["content.sqlite", "content.sqlite-wal"])
        let files = try fixture.logFiles()
        #expect(throws: StoreError.logAhead(published: 15, stored: 10)) { try fixture.open() }
        #expect("\(StoreError.logAhead(published: 15, stored: 10))".contains("hoopoe restore"))
        #expect(try fixture.logFiles() == files)
    }

    @Test func contentWithAnotherHistoryIsRefused() async throws {
        for leaf in [9, 3] {
            let fixture = try Fixture()
            _ = try await published(10, fixture)
            let queue = try DatabaseQueue(path: fixture.files.directory + "/content.sqlite")
            try await queue.write { db in
                try db.execute(sql: "DROP TRIGGER leaf_never_changes")
                try db.execute(sql: "UPDATE leaf SET commitment = zeroblob(32) WHERE idx = \(leaf)")
            }
            try queue.close()
            if leaf == 3 { try FileManager.default.removeItem(atPath: fixture.logFolder + "/tile") }
            let checkpoint = try fixture.readLog("checkpoint")
            #expect(throws: StoreError.logContradicted) { try fixture.open() }
            #expect(try fixture.readLog("checkpoint") == checkpoint)
        }
    }

    @Test func aCheckpointOfAnotherKeyIsRefused() async throws {
        let fixture = try Fixture()
        _ = try await published(10, fixture)
        let other = try Fixture()
        _ = try await published(10, other)
        let own = try fixture.readLog("checkpoint")
        try fixture.overwrite("checkpoint", try other.readLog("checkpoint"))
        #expect(throws: StoreError.self) { try fixture.open() }
        try fixture.overwrite("checkpoint", Array(own.dropLast(10)))
        #expect(throws: StoreError.self) { try fixture.open() }
        try fixture.overwrite("checkpoint", own)
        try fixture.open().close()
    }

    // MARK: A log that follows another

    @Test func aStorePutBackBeginsANewLog() async throws {
        let fixture = try Fixture()
        let kept = try await published(10, fixture)
        let issuer = Issuer(domain: "example.org")
        // The backup was made when two more leaves, one a receipt, were in content only.
        var store = try fixture.open()
        let p = try #require(
            try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.person(named: "p") })
        let waiting = try await store.writer.grant(.history, by: p.id)
        try await store.announce(1)
        let saved = fixture.folder + "/saved"
        try fixture.copy(to: saved, files: ["content.sqlite", "content.sqlite-wal", "log"])
        store.close()
        try fixture.putBack(from: saved, files: ["content.sqlite", "content.sqlite-wal", "log"])

        #expect(try fixture.files.beginNewLog(issuer: issuer, wall: fixture.clock.wall) == 2)
        store = try fixture.open()
        #expect(store.log.number == 2)
        #expect(store.log.origin == "example.org/test/2")
        _ = try await store.writer.grant(.discovery, by: p.id)
        try store.log.publish()
        try store.checkLog()
        #expect(store.log.size == 4, "the continuation, two leaves from before, and the new decision")
        let old = try Policy(parsing: try fixture.readLog("policy"))
        let first = try await store.content.pool.read { db in
            try String.fetchOne(db, sql: "SELECT record FROM announcement WHERE log = 2 AND idx = 0")
        }
        #expect(first?.contains(try #require(old.logs.first).key.text) == true)
        #expect(first?.contains("example.org/test/1\\n10\\n") == true, "it quotes the old log's last checkpoint")
        // Receipts of the old log are proven by it, those that it never published by the new one.
        let proof = try #require(try store.log.proof(of: kept))
        let parsed = try TransparencyProof(parsing: proof)
        let commitment = Commitment.of(kept.bytes, salt: try #require(parsed.extra))
        _ = try parsed.verify(entry: commitment, policy: old)
        let moved = try #require(try await store.kept(p.id).first { $0.id == waiting.id })
        #expect(moved.leaf == LeafPosition(log: 2, index: 1))
        let movedProof = try TransparencyProof(parsing: try #require(try store.log.proof(of: moved)))
        let movedCommitment = Commitment.of(moved.bytes, salt: try #require(movedProof.extra))
        _ = try movedProof.verify(entry: movedCommitment, policy: try store.trusted())
        _ = try LogCheck(directory: fixture.files.log(1), policy: old).run()
        store.close()
    }
}

extension Fixture {
    /// Replaces files of the region by those that were copied away.
    func putBack(from folder: String, files names: [String]) throws {
        for name in names + ["content.sqlite-shm"] {
            try? FileManager.default.removeItem(atPath: files.directory + "/" + name)
            guard FileManager.default.fileExists(atPath: folder + "/" + name) else { continue }
            try FileManager.default.copyItem(atPath: folder + "/" + name, toPath: files.directory + "/" + name)
        }
    }
}
