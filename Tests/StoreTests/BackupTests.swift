import Consent
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Store

/// A store with a configuration beside it, and places for its backups.
private struct BackupHouse {
    let fixture: Fixture
    let to = NSTemporaryDirectory() + "hoopoe-backup-" + UUID().uuidString

    init() throws {
        fixture = try Fixture()
        try Data("domain: example.org\n".utf8).write(to: URL(filePath: fixture.folder + "/hoopoe.yaml"))
    }

    var source: BackupSource {
        BackupSource(
            folder: fixture.folder, region: fixture.region, domain: "example.org", program: "test",
            secretFiles: ["carrier.password", "tls/server.pem"])
    }

    @discardableResult
    func backUp(keys: String? = nil, keep: Int? = nil) throws -> Backup.Written {
        try Backup(of: source, to: BackupPlace(to, keys: keys)).run(keep: keep, now: fixture.clock.now)
    }

    /// Another machine's folder made from a backup.
    func restore(_ stamp: String? = nil) throws -> Fixture {
        let other = try Fixture()
        try FileManager.default.removeItem(atPath: other.folder)
        let backup = try StoredBackup(at: BackupPlace(to), stamp: stamp)
        try backup.place(into: other.folder)
        try backup.placeConfiguration(into: other.folder)
        try other.files.beginNewLog(issuer: Issuer(domain: "example.org"), wall: fixture.clock.wall)
        return other
    }

    func bytes(below folder: String) -> [String: [UInt8]] {
        let paths = SyncedFiles.files(below: folder)
        return Dictionary(
            uniqueKeysWithValues: paths.map {
                ($0, [UInt8](FileManager.default.contents(atPath: folder + "/" + $0) ?? .init()))
            })
    }

    func cleanUp() { try? FileManager.default.removeItem(atPath: to) }
}

struct BackupTests {
    @Test func whatWasAnsweredBeforeIsInTheCopyWhileWritingGoesOn() async throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let store = try house.fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        for number in 0..<200 { _ = try await store.text(from: p, to: q, "before \(number)") }
        let stored = Mutex(0)
        let load = Task {
            while !Task.isCancelled {
                let number = stored.withLock { $0 }
                _ = try await store.text(from: p, to: q, "during \(number)")
                stored.withLock { $0 += 1 }
            }
        }
        while stored.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(1)) }
        for _ in 0..<5 {
            let before = stored.withLock { $0 }
            try house.backUp()
            while stored.withLock({ $0 }) == before { try await Task.sleep(for: .milliseconds(1)) }
        }
        load.cancel()
        try await load.value
        let other = try house.restore(BackupPlace(house.to).stamps.first)
        let again = try other.open()
        var query = ArchiveQuery()
        query.max = 100_000
        let (mine, theirs) = (try await again.archive(p, query), try await again.archive(q, query))
        #expect(Array(mine.prefix(200)) == (0..<200).map { "before \($0)" })
        #expect(mine == theirs, "a text and its copy are one commit: both or neither")
        // What is after them is the beginning of what was going on, without a gap.
        #expect(Array(mine.dropFirst(200)) == (0..<(mine.count - 200)).map { "during \($0)" })
        again.close()
        store.close()
    }

    @Test func theManifestCountsWhatIsThere() async throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let store = try house.fixture.open()
        let p = try await store.join("p")
        for number in 0..<20 { _ = try await store.text(from: p, to: nil, "\(number)") }
        let written = try house.backUp()
        let source = try TableDigest.all(inFileAt: house.fixture.files.content)
        #expect(written.manifest.tables == source)
        #expect(source.first { $0.name == "message" }?.rows == 20)
        #expect(try StoredBackup(at: BackupPlace(house.to)).damages() == [])
        _ = try await store.text(from: p, to: nil, "one more")
        #expect(try TableDigest.all(inFileAt: house.fixture.files.content) != source)
        store.close()
    }

    @Test func deletedPagesDontTravel() async throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let store = try house.fixture.open()
        let p = try await store.join("p")
        for _ in 0..<50 { _ = try await store.text(from: p, to: nil, String(repeating: "x", count: 4_000)) }
        try await store.writer.erase(p)
        let free = try await store.content.pool.read { try Int.fetchOne($0, sql: "PRAGMA freelist_count") ?? 0 }
        #expect(free > 20)
        let written = try house.backUp()
        let copy = try DatabaseCopy.open(written.content + "/content.sqlite")
        #expect(try await copy.read { try Int.fetchOne($0, sql: "PRAGMA freelist_count") } == 0)
        try copy.close()
        store.close()
    }

    @Test func filesAreTheirOwnersOnly() throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        try house.backUp()
        for path in FileManager.default.enumerator(atPath: house.to)?.compactMap({ $0 as? String }) ?? [] {
            let mode = try FileManager.default.attributesOfItem(atPath: house.to + "/" + path)[.posixPermissions]
            #expect(((mode as? Int) ?? 0o777) & 0o077 == 0, "\(path)")
        }
    }

    @Test func theKeyPartIsReplacedAndItsOldBytesAreOverwritten() async throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let store = try house.fixture.open()
        var gone: [[UInt8]] = []
        var people: [PersonID] = []
        for number in 0..<12 { people.append(try await store.join("p\(number)")) }
        for person in people { _ = try await store.writer.grant(.sms, by: person) }
        try house.backUp()
        let path = house.to + "/keys/keys.sqlite"
        let old = try #require(FileHandle(forReadingAtPath: path))
        for person in people.prefix(6) {
            let key = try store.keys.read { (keys) throws(StoreError) in try keys.key(of: .sms, owner: person) }
            gone.append(try #require(key?.wrapped))
            _ = try await store.writer.withdraw(.sms, by: person)
        }
        func found() -> [String] {
            house.bytes(below: house.to).filter { _, bytes in
                gone.contains { bytes.contains(Array($0.suffix(24))) || bytes.contains(Array($0.prefix(24))) }
            }.map(\.key)
        }
        #expect(found() == ["keys/keys.sqlite"], "the search finds them where they are")
        try house.backUp()
        #expect(found() == [])
        let rest = try #require(try old.readToEnd())
        #expect(rest.count > 4_096)
        #expect(rest.allSatisfy { $0 == 0 }, "the file that was replaced holds nothing")
        store.close()
    }

    @Test func filesThatTheConfigurationNoLongerNamesLeaveTheKeyPart() throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let password = house.fixture.folder + "/carrier.password"
        try Data("sesame".utf8).write(to: URL(filePath: password))
        try house.backUp()
        #expect(house.bytes(below: house.to).values.contains { $0.contains(Array("sesame".utf8)) })
        let other = try house.restore()
        #expect(FileManager.default.contents(atPath: other.folder + "/carrier.password") == Data("sesame".utf8))
        try FileManager.default.removeItem(atPath: password)
        try house.backUp()
        #expect(!house.bytes(below: house.to).values.contains { $0.contains(Array("sesame".utf8)) })
    }

    @Test func anInterruptedReplacementIsWholeAndIsFinishedByTheNext() throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        try house.backUp()
        let keys = house.to + "/keys"
        let before = house.bytes(below: keys)
        house.fixture.clock.advance(milliseconds: 5_000)
        try house.backUp()
        let after = house.bytes(below: keys)
        #expect(before["manifest.json"] != after["manifest.json"])
        // As a crash leaves it: some files new, some old, both manifests, an old file not yet overwritten.
        try Data(before["manifest.json"] ?? []).write(to: URL(filePath: keys + "/manifest.json"))
        try Data(after["manifest.json"] ?? []).write(to: URL(filePath: keys + "/manifest.next.json"))
        try Data(before["keys.sqlite"] ?? []).write(to: URL(filePath: keys + "/keys.sqlite"))
        try Data(before["keys.sqlite"] ?? []).write(to: URL(filePath: keys + "/keys.sqlite.old"))
        try Data([1, 2, 3]).write(to: URL(filePath: keys + "/region.key.new"))
        #expect(try StoredBackup(at: BackupPlace(house.to)).damages() == [])
        try house.restore().open().close()
        try house.backUp()
        #expect(SyncedFiles.files(below: keys) == ["keys.sqlite", "manifest.json", "region.key"])
        #expect(try StoredBackup(at: BackupPlace(house.to)).damages() == [])
    }

    @Test func contentOfBeforeAWithdrawalWithKeysOfAfterHasNothingOfIt() async throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let store = try house.fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.prove("15550001111", by: q)
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.setFace([1], towards: [2], owner: q)
        }
        _ = try await store.text(from: p, to: nil, "of somebody who stays")
        _ = try await store.text(from: q, to: nil, "of somebody who leaves")
        let key = try #require(try store.key(of: .numberTexting, for: q))
        let first = try house.backUp()
        _ = try await store.writer.withdraw(.numberTexting, by: q)
        house.fixture.clock.advance(milliseconds: 5_000)
        try house.backUp()
        var again = try house.restore(first.stamp).open()
        #expect(try again.rowCount(under: key, owner: q) == 0)
        #expect(again.vault.person(at: again.vault.index(Array("15550001111".utf8))) == nil)
        #expect(try await again.archive(q) == ["of somebody who leaves"])
        again.close()
        try await store.writer.erase(q)
        house.fixture.clock.advance(milliseconds: 5_000)
        try house.backUp()
        again = try house.restore(first.stamp).open()
        let left = try await again.content.pool.read { db in
            try Int.fetchOne(
                db,
                sql:
                    "SELECT (SELECT count(*) FROM message WHERE owner = ?1) + (SELECT count(*) FROM person WHERE id = ?1)",
                arguments: [q.rawValue])
        }
        #expect(left == 0)
        #expect(try await again.archive(p) == ["of somebody who stays"])
        #expect(
            try again.tryKeys(limit: 10) == KeyTrial(people: 1, tried: 1, messagesOpened: 1, failed: 0, messageRows: 1))
        again.close()
        store.close()
    }

    /// The one moment in which content has been copied and keys haven't.
    @Test func aWithdrawalBetweenContentAndKeysIsKept() async throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let store = try house.fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.prove("15550001111", by: q)
        let key = try #require(try store.key(of: .numberTexting, for: q))
        _ = try await store.text(from: p, to: q, "before")
        let (source, place, now) = (house.source, BackupPlace(house.to), house.fixture.clock.now)
        // The backup is a blocking call, so it gets a thread of its own and waits there for the withdrawal.
        let (reached, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let result = Mutex<Result<Backup.Written, BackupError>?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            do throws(BackupError) {
                let written = try Backup(of: source, to: place).run(now: now) { step in
                    guard step == .content || step == .keys else { return }
                    reached.signal()
                    goOn.wait()
                }
                result.withLock { $0 = .success(written) }
            } catch {
                result.withLock { $0 = .failure(error) }
            }
            done.signal()
        }
        // Were the keys copied first, content would now come to use one that they don't have.
        await reached.passed()
        _ = try await store.join("somebody new")
        goOn.signal()
        await reached.passed()
        _ = try await store.writer.withdraw(.numberTexting, by: q)
        _ = try await store.join("somebody newer, whose keys content knows nothing of")
        goOn.signal()
        await done.passed()
        _ = try #require(result.withLock { $0 }).get()
        let again = try house.restore().open()
        #expect(try again.rowCount(under: key, owner: q) == 0)
        #expect(again.vault.person(at: again.vault.index(Array("15550001111".utf8))) == nil)
        let ledger = try await again.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: q) }
        #expect(ledger.map(\.action) == [.grant, .withdraw], "the ledger is made up for")
        #expect(try await again.archive(q) == ["before"])
        again.close()
        store.close()
    }

    @Test func whoJoinedAfterTheContentWasCopiedLeavesNothingBehindAndFreesTheirNumber() async throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let store = try house.fixture.open()
        let p = try await store.join("p")
        _ = try await store.prove("447700900001", by: p)
        let stamp = try house.backUp().stamp
        let late = try await store.join("late")
        _ = try await store.prove("447700900002", by: late)
        house.fixture.clock.advance(milliseconds: 1_000)
        try house.backUp()
        store.close()

        let other = try house.restore(stamp)
        let again = try other.open()
        let number = again.vault.index(Array("447700900002".utf8))
        #expect(again.vault.person(at: number) == nil, "a number leads to nobody who isn't here")
        #expect(again.vault.person(at: again.vault.index(Array("447700900001".utf8))) == p)
        let left = try again.keys.read { (keys) throws(StoreError) in
            (
                keys: try keys.ids(of: late), holder: try keys.holder(of: number),
                number: try keys.number(of: late) == nil
            )
        }
        #expect(left.keys == [] && left.holder == nil && left.number)
        let ledger = try await again.reader.read { (snapshot) throws(StoreError) in try snapshot.ledger(of: late) }
        #expect(ledger == [], "nothing is made up of somebody who isn't here")
        // The number can be proven by whoever has it now.
        let next = try await again.join("next")
        _ = try await again.prove("447700900002", by: next)
        #expect(again.vault.person(at: number) == next)
        again.close()
    }

    @Test func olderContentIsLetGoAndNewerIsAddedBesideIt() throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let stamps = try (0..<4).map { _ in try house.backUp().stamp }
        #expect(BackupPlace(house.to).stamps == stamps)
        let newest = try house.backUp(keep: 2).stamp
        #expect(BackupPlace(house.to).stamps == [stamps[3], newest])
        #expect(try StoredBackup(at: BackupPlace(house.to)).stamp == newest)
    }

    @Test func otherPlacesAreRefusedAndLeftAsTheyAre() throws {
        let house = try BackupHouse()
        defer { house.cleanUp() }
        let other = try BackupHouse()
        defer { other.cleanUp() }
        func refusal(_ to: String, keys: String? = nil) -> BackupError? {
            do throws(BackupError) {
                _ = try Backup(of: house.source, to: BackupPlace(to, keys: keys)).run()
                return nil
            } catch {
                return error
            }
        }
        let folder = house.fixture.folder
        #expect(refusal(folder + "/backups") == .inside(folder + "/backups", folder: folder))
        #expect(refusal(house.to, keys: folder + "/keys") == .inside(folder + "/keys", folder: folder))
        #expect(refusal(folder + "/x/../regions/../b") == .inside(folder + "/b", folder: folder))
        #expect(refusal(other.fixture.folder) == .notOurs(other.fixture.folder))
        try other.backUp()
        let before = other.bytes(below: other.to)
        #expect(refusal(other.to) == .otherStore(other.to))
        #expect(refusal(house.to, keys: other.to + "/keys") == .otherStore(other.to + "/keys"))
        #expect(other.bytes(below: other.to) == before)
        // The key part is in one place, always the same.
        let apart = house.to + "-apart"
        defer { try? FileManager.default.removeItem(atPath: apart) }
        try? FileManager.default.removeItem(atPath: house.to)
        try house.backUp(keys: apart)
        #expect(refusal(house.to) == .keysApart(house.to))
        #expect(throws: BackupError.nothing("the key part isn't in \(house.to)/keys; name its folder with --keys")) {
            try StoredBackup(at: BackupPlace(house.to))
        }
        #expect(try StoredBackup(at: BackupPlace(house.to, keys: apart)).damages() == [])
        try other.backUp()
        #expect(throws: BackupError.otherStore(apart)) { try StoredBackup(at: BackupPlace(other.to, keys: apart)) }
    }
}

extension DispatchSemaphore {
    /// Waits without holding a thread of the pool.
    fileprivate func passed() async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                self.wait()
                continuation.resume()
            }
        }
    }
}
