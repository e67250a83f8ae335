import Consent
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Store

/// Group commit: what is answered when, and what isn't.
struct WriterTests {
    @Test func manyJobsShareFewCommitsAndAreAnsweredInOrder() async throws {
        let fixture = try Fixture()
        let batches = Mutex(0)
        let store = try fixture.open(batchCommitted: { _ in batches.withLock { $0 += 1 } })
        let p = try await store.join("p")
        let before = batches.withLock { $0 }
        let answers = Mutex<[Int]>([])
        await store.writer.whileBusy {
            for number in 0..<999 {
                let copy = Text.Copy(owner: p, correspondent: [1], payload: [], pending: false)
                store.writer.store(Text(sender: copy, recipient: nil, repeatKey: nil)) { result in
                    #expect((try? result.get()) != nil)
                    answers.withLock { $0.append(number) }
                }
            }
            #expect(store.writer.depth == 999)
        }
        store.close()
        #expect(answers.withLock { $0 } == Array(0..<999))
        #expect(batches.withLock { $0 } - before == 5, "one for the first job, four of at most 256 texts")
    }

    @Test(.timeLimit(.minutes(1))) func aBusyWriterGathersUntilThereIsEnough() async throws {
        let fixture = try Fixture()
        let batches = Mutex<[Int]>([])
        var settings = Writer.Settings()
        // It would wait far longer than this test may take.
        (settings.pace, settings.fill) = (600_000, 8)
        let store = try fixture.open(settings: settings) { batch in batches.withLock { $0.append(batch.jobs) } }
        let p = try await store.join("p")
        let committed = DispatchSemaphore(value: 0)
        let submit = { (count: Int) in
            for _ in 0..<count {
                let copy = Text.Copy(owner: p, correspondent: [1], payload: [], pending: false)
                store.writer.store(Text(sender: copy, recipient: nil, repeatKey: nil)) { _ in committed.signal() }
            }
        }
        // Joining was a job, after which the writer gathers.
        submit(7)
        try await Task.sleep(for: .milliseconds(100))
        #expect(batches.withLock { $0 } == [1], "seven aren't enough")
        submit(1)
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                for _ in 0..<8 { committed.wait() }
                continuation.resume()
            }
        }
        #expect(batches.withLock { $0.prefix(2) } == [1, 8])
        store.close()
    }

    @Test(.timeLimit(.minutes(1))) func aBusyWriterGathersNoLongerThanItsPace() async throws {
        let fixture = try Fixture()
        var settings = Writer.Settings()
        (settings.pace, settings.fill) = (20, 1_000_000)
        let store = try fixture.open(settings: settings)
        let p = try await store.join("p")
        _ = try await store.text(from: p, to: nil, "one")
        _ = try await store.text(from: p, to: nil, "two")
        #expect(try await store.archive(p).count == 2)
        store.close()
    }

    @Test func aFailingJobIsUndoneAloneAndHarmsNobody() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let stranger = try #require(PersonID(rawValue: 12345))
        let outcomes = Mutex<[String]>([])
        let item = { @Sendable (name: String) in Kept(name: Array(name.utf8), value: []) }
        await store.writer.whileBusy {
            store.writer.perform { (transaction) throws(StoreError) in
                try transaction.keep(.rosterItem, item("kept"), owner: p)
            } then: { result in
                outcomes.withLock { $0.append((try? result.get()) == nil ? "failed" : "kept") }
            }
            store.writer.perform(storesFor: [p]) { (transaction) throws(StoreError) in
                let copy = Text.Copy(owner: p, correspondent: [1], payload: [9], pending: true)
                _ = try transaction.store(Text(sender: nil, recipient: copy, repeatKey: nil))
                try transaction.keep(.rosterItem, item("undone"), owner: p)
                throw StoreError.conflict
            } then: { (result: Result<Void, StoreError>) in
                outcomes.withLock { $0.append((try? result.get()) == nil ? "failed" : "kept") }
            }
            let copy = Text.Copy(owner: stranger, correspondent: [1], payload: [], pending: false)
            store.writer.store(Text(sender: copy, recipient: nil, repeatKey: nil)) { result in
                outcomes.withLock { $0.append(result == .failure(.noSuchPerson) ? "no such person" : "?") }
            }
            store.writer.perform { (transaction) throws(StoreError) in
                try transaction.keep(.rosterItem, item("also kept"), owner: p)
            } then: { result in
                outcomes.withLock { $0.append((try? result.get()) == nil ? "failed" : "kept") }
            }
        }
        try await store.writer.perform { _ in }
        #expect(outcomes.withLock { $0 } == ["kept", "failed", "no such person", "kept"])
        let roster = try await store.reader.read { (snapshot) throws(StoreError) in
            try snapshot.kept(.rosterItem, owner: p)
        }
        #expect(Set(roster.map(\.name)) == [Array("kept".utf8), Array("also kept".utf8)])
        #expect(try await store.archive(p).isEmpty)
        store.close()
    }

    @Test func whenTheDiskRefusesNothingIsAcknowledgedEverAgain() async throws {
        let fixture = try Fixture()
        let failure = Mutex<StoreError?>(nil)
        let store = try fixture.open(failed: { error in failure.withLock { $0 = error } })
        let p = try await store.join("p")
        _ = try await store.text(from: p, to: nil, "kept")
        try await store.content.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        let big = String(repeating: "x", count: 100_000)
        await #expect(throws: StoreError.self) { try await store.text(from: p, to: nil, big) }
        #expect(failure.withLock { $0 } == .disk(code: 13))
        try await store.content.pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA max_page_count = 1000000")
        }
        await #expect(throws: StoreError.stopped) { try await store.text(from: p, to: nil, "later") }
        await #expect(throws: StoreError.stopped) { try await store.writer.grant(.sms, by: p) }
        #expect(try await store.archive(p) == ["kept"])
        store.close()
    }

    @Test func everyJobOfAFailedBatchFailsAndThoseBehindIt() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        try await store.content.pool.writeWithoutTransaction { db in
            let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
            try db.execute(sql: "PRAGMA max_page_count = \(pages)")
        }
        let failures = Mutex<[StoreError]>([])
        await store.writer.whileBusy {
            for number in 0..<300 {
                let payload = [UInt8](repeating: 1, count: number == 200 ? 100_000 : 1)
                let copy = Text.Copy(owner: p, correspondent: [1], payload: payload, pending: false)
                store.writer.store(Text(sender: copy, recipient: nil, repeatKey: nil)) { result in
                    if case .failure(let error) = result { failures.withLock { $0.append(error) } }
                }
            }
        }
        await #expect(throws: StoreError.stopped) { try await store.writer.perform { _ in } }
        #expect(failures.withLock { $0 }.prefix(256).allSatisfy { $0 == .disk(code: 13) })
        #expect(failures.withLock { $0 }.dropFirst(256).allSatisfy { $0 == .stopped })
        #expect(failures.withLock { $0.count } == 300)
        #expect(try await store.archive(p).isEmpty)
        store.close()
    }

    @Test func aStoreThatNobodyHoldsAnyMoreGoesByItself() async throws {
        let fixture = try Fixture()
        weak let writer = try await {
            let store = try fixture.open()
            let p = try await store.join("p")
            _ = try await store.text(from: p, to: nil, "kept")
            return store.writer
        }()
        for _ in 0..<1_000 where writer != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(writer == nil)
        let store = try fixture.open()
        #expect(store.writer.depth == 0)
        store.close()
    }

    @Test func theLogHasRoomAheadOfItsFramesAndOpensAllTheSame() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        for number in 0..<30 { _ = try await store.text(from: p, to: nil, "\(number)") }
        // It is written ahead when the answers are given, perhaps a moment after this one.
        let log = fixture.files.content + "-wal"
        func hasRoom() throws -> Bool {
            try #require(FileManager.default.contents(atPath: log)).suffix(4_096).allSatisfy { $0 == 0 }
        }
        // A commit may have used it up to its end: the next one asks for more.
        var count = 30
        while try !hasRoom(), count < 300 {
            _ = try await store.text(from: p, to: nil, "\(count)")
            count += 1
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try hasRoom())
        let copy = try Fixture()
        try fixture.copy(
            to: copy.files.directory,
            files: ["region.key", "keys.sqlite", "keys.sqlite-wal", "content.sqlite", "content.sqlite-wal"])
        try FileManager.default.copyItem(atPath: fixture.folder + "/terms", toPath: copy.folder + "/terms")
        let again = try copy.open()
        #expect(try await again.archive(p) == (0..<count).map(String.init))
        again.close()
        store.close()
    }

    @Test func idsIncreaseWhateverTheClockDoes() async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        var ids: [ArchiveID] = []
        func add() async throws {
            guard case .stored(let id?, _) = try await store.text(from: p, to: nil, "x") else { return }
            ids.append(id)
        }
        try await add()
        try await add()
        fixture.clock.advance(days: -30)
        try await add()
        // The row with the highest id goes; the mark that it was given out stays.
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.sql.run("DELETE FROM message")
        }
        store.close()
        store = try fixture.open()
        try await add()
        fixture.clock.advance(days: 60)
        try await add()
        #expect(ids.count == 5)
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.last?.milliseconds == fixture.clock.now)
        store.close()
    }

    @Test func marksAreStoredWithTheirTextsAndNeverBeforeThem() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.openSession("s", owner: p, resource: [1])
        }
        func h() async throws -> UInt32? {
            try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.session("s")?.h }
        }
        #expect(try await h() == 0)
        let copy = Text.Copy(owner: p, correspondent: [1], payload: [], pending: false)
        _ = try await store.store(
            Text(sender: copy, recipient: nil, repeatKey: nil), mark: SessionMark(session: "s", h: 7))
        #expect(try await h() == 7)
        // Several batches, each with the mark of its last text.
        await store.writer.whileBusy {
            for number: UInt32 in 1...600 {
                let mark = SessionMark(session: "s", h: 7 + number)
                store.writer.store(Text(sender: copy, recipient: nil, repeatKey: nil), mark: mark) { _ in
                    let seen = try? store.reader.read { (snapshot) throws(StoreError) in
                        (try snapshot.session("s")?.h, try snapshot.facts(about: p).kinds.first?.count)
                    }
                    #expect(seen?.0.map { Int($0) - 7 } == seen?.1.map { $0 - 1 })
                }
            }
        }
        store.writer.close()
        #expect(try await h() == 607)
        store.close()
    }

    @Test func noMarkCountsATextThatIsDecidedAnew() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.openSession("s", owner: p, resource: [1])
            try transaction.openSession("t", owner: p, resource: [2])
        }
        func text(of owner: PersonID, byNumberOf: [PersonID] = []) -> Text {
            let copy = Text.Copy(owner: owner, correspondent: [1], payload: [], pending: false)
            var text = Text(sender: copy, recipient: nil, repeatKey: nil)
            text.byNumberOf = byNumberOf
            return text
        }
        let failures = Mutex<[StoreError]>([])
        await store.writer.whileBusy {
            func submit(_ text: Text, _ session: String, _ h: UInt32) {
                store.writer.store(text, mark: SessionMark(session: session, h: h)) { result in
                    if case .failure(let error) = result { failures.withLock { $0.append(error) } }
                }
            }
            submit(text(of: p), "s", 3)
            // To a number that was withdrawn when this comes to be stored: its sender's session decides again.
            submit(text(of: p, byNumberOf: [q]), "s", 4)
            submit(text(of: p), "s", 5)
            submit(text(of: p), "t", 8)
        }
        try await store.writer.perform { _ in }
        let marks = try await store.reader.read { (snapshot) throws(StoreError) in
            [try snapshot.session("s")?.h, try snapshot.session("t")?.h]
        }
        #expect(failures.withLock { $0 } == [.denied(.noConsent)])
        #expect(marks == [3, 8])
        // Nor does one of a later batch, until it comes again.
        func h() async throws -> UInt32? {
            try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.session("s")?.h }
        }
        _ = try await store.store(text(of: p), mark: SessionMark(session: "s", h: 6))
        #expect(try await h() == 3)
        _ = try await store.store(text(of: p), mark: SessionMark(session: "s", h: 4))
        #expect(try await h() == 4)
        _ = try await store.store(text(of: p), mark: SessionMark(session: "s", h: 7))
        #expect(try await h() == 7)
        store.close()
    }

    @Test func whatIsSettledIsOnDiskWhateverWaitsBehindIt() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let q = try await store.join("q")
        guard case .stored(_, let id?) = try await store.text(from: nil, to: q, "x") else { return }
        let waiting = Mutex<Int?>(nil)
        await store.writer.whileBusy {
            store.writer.acknowledge([id], owner: q)
            // As ``Writer/settled(_:)`` does.
            store.writer.perform { (_) throws(StoreError) in
            } then: { _ in
                let page = try? store.reader.read { (snapshot) throws(StoreError) in try snapshot.pending(of: q) }
                waiting.withLock { $0 = page?.rows.count }
            }
            store.writer.exclusively { (_) throws(StoreError) in
            } then: { _ in
            }
        }
        store.close()
        #expect(waiting.withLock { $0 } == 0)
    }

    @Test func nothingIsWrittenAfterTheDiskFailed() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let q = try await store.join("q")
        guard case .stored(_, let id?) = try await store.text(from: nil, to: q, "x") else { return }
        await #expect(throws: StoreError.disk(code: 10)) {
            try await store.writer.perform { (_) throws(StoreError) in
                // A client goes on while the commit hangs.
                store.writer.acknowledge([id], owner: q)
                throw .disk(code: 10)
            }
        }
        try await Task.sleep(for: .milliseconds(5 * store.writer.settings.patience))
        let waiting = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.pending(of: q).rows }
        #expect(waiting.count == 1)
        store.close()
    }

    @Test func acknowledgementsTravelAloneAfterAWhile() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let q = try await store.join("q")
        guard case .stored(_, let id?) = try await store.text(from: nil, to: q, "x") else { return }
        store.writer.acknowledge([id, ArchiveID(rawValue: 5)], owner: q)
        for _ in 0..<1_500 {
            try await Task.sleep(for: .milliseconds(20))
            let page = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.pending(of: q) }
            if page.rows.isEmpty { break }
        }
        let page = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.pending(of: q) }
        #expect(page.rows.isEmpty)
        #expect(try await store.archive(q) == ["x"])
        store.close()
    }

    @Test func manyTasksAtOnce() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let people = try await [store.join("a"), store.join("b"), store.join("c"), store.join("d")]
        let stored = try await withThrowingTaskGroup(of: Stored.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    try await store.text(from: people[number % 4], to: people[(number + 1) % 4], "\(number)")
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let ids = stored.flatMap { stored -> [ArchiveID] in
            guard case .stored(let sender, let recipient) = stored else { return [] }
            return [sender, recipient].compactMap { $0 }
        }
        #expect(Set(ids).count == 2_000)
        var query = ArchiveQuery()
        query.max = 1_000
        for person in people { #expect(try await store.archive(person, query).count == 500) }
        store.close()
    }

    @Test func theFilesSyncFully() throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        for pool in [store.content.pool, store.keys.pool] {
            #expect(try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
            #expect(try pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal")
        }
        #expect(try store.keys.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA secure_delete") } == 1)
        store.close()
    }
}
