import Consent
import GRDB
import Testing

@testable import Store

/// Messages are found alike, whether they are indexed or in the tail.
struct TailTests {
    private static let ada = "ada@example.org"
    private static let ben = "ben@example.org"
    /// The tail is indexed when a test says so.
    private static var restless: Writer.Settings {
        var settings = Writer.Settings()
        settings.rest = 600_000
        return settings
    }

    /// Twelve texts to `q`, by turns with two others; the tail is cut as `leaving` says.
    private func filled(_ store: RegionStore, leaving rest: Int) async throws -> PersonID {
        let q = try await store.join("q")
        for number in 0..<12 {
            _ = try await store.text(
                from: nil, to: q, "\(number)", with: number.isMultiple(of: 2) ? Self.ada : Self.ben)
        }
        try await store.index(leaving: rest)
        return q
    }

    private func query(_ change: (inout ArchiveQuery) -> Void) -> ArchiveQuery {
        var query = ArchiveQuery()
        change(&query)
        return query
    }

    @Test(arguments: [0, 1, 5, 11, 12, 100])
    func pagesAreTheSameWhereverTheTailBegins(rest: Int) async throws {
        let fixture = try Fixture()
        let store = try fixture.open(settings: Self.restless)
        let q = try await filled(store, leaving: rest)
        let all = (0..<12).map(String.init)
        #expect(try await store.archive(q) == all)
        #expect(try await store.archive(q, query { ($0.isLastPage, $0.max) = (true, 7) }) == Array(all.suffix(7)))
        #expect(try await store.archive(q, query { $0.max = 7 }) == Array(all.prefix(7)))
        let even = ["0", "2", "4", "6", "8", "10"]
        let with = Array(Self.ada.utf8)
        #expect(try await store.archive(q, query { $0.with = with }) == even)
        #expect(
            try await store.archive(q, query { ($0.with, $0.isLastPage, $0.max) = (with, true, 4) })
                == Array(even.suffix(4)))
        #expect(try await store.archive(q, query { ($0.with, $0.max) = (with, 2) }) == Array(even.prefix(2)))
        let ids = try await store.ids(of: q)
        #expect(try await store.archive(q, query { ($0.after, $0.before) = (ids[2], ids[9]) }) == Array(all[3..<9]))
        let twelve = query { $0.max = 12 }
        let page = try await store.reader.read { (snapshot) throws(StoreError) in
            try snapshot.archive(of: q, twelve)
        }
        #expect(page.isComplete)
        try await store.reader.read { (snapshot) throws(StoreError) in
            #expect(try snapshot.facts(about: q).kinds.first?.count == 12)
            #expect(try snapshot.messages(of: q, after: ids[4], limit: 3).rows.map(\.id) == Array(ids[5..<8]))
        }
        store.close()
    }

    @Test(arguments: [0, 5, 12])
    func whatIsAcknowledgedWaitsNoLonger(rest: Int) async throws {
        let fixture = try Fixture()
        var store = try fixture.open(settings: Self.restless)
        let q = try await filled(store, leaving: rest)
        let ids = try await store.ids(of: q)
        let other = try await store.join("other")
        store.writer.acknowledge([ids[1], ids[7], ids[11]], owner: q)
        // Nobody acknowledges for others.
        store.writer.acknowledge([ids[0], ids[10]], owner: other)
        await store.writer.settled(q)
        await store.writer.settled(other)
        let left = ids.filter { ![ids[1], ids[7], ids[11]].contains($0) }
        #expect(try await store.waiting(q) == left)
        let traced = try await store.reader.read { (snapshot) throws(StoreError) in
            [try snapshot.trace(ids[6])?.recipient?.isWaiting, try snapshot.trace(ids[7])?.recipient?.isWaiting]
        }
        #expect(traced == [true, false])
        try await store.index(leaving: 0)
        #expect(try await store.waiting(q) == left)
        store.close()
        store = try fixture.open(settings: Self.restless)
        #expect(try await store.waiting(q) == left)
        store.close()
    }

    /// A pass that has come so far, over six owners with seven texts each; the store may be opened anew in the middle of it.
    @Test(arguments: [0, 1, 20, 41], [false, true])
    func everythingIsFoundWhileAPassIsUnderWay(rows: Int, reopens: Bool) async throws {
        let fixture = try Fixture()
        var store = try fixture.open(settings: Self.restless)
        var people: [PersonID] = []
        for number in 0..<6 { people.append(try await store.join("p\(number)")) }
        func text(_ range: Range<Int>) async throws {
            for number in range {
                for person in people {
                    _ = try await store.text(
                        from: nil, to: person, "\(number)", with: number.isMultiple(of: 2) ? Self.ada : Self.ben)
                }
            }
        }
        var left: [PersonID: [ArchiveID]] = [:]
        func acknowledge(_ places: [Int]) async throws {
            for person in people {
                let ids = try await store.ids(of: person)
                let done = places.map { ids[$0] }
                store.writer.acknowledge(done, owner: person)
                await store.writer.settled(person)
                left[person] = (left[person] ?? ids).filter { !done.contains($0) }
            }
        }
        func isWhole(_ count: Int) async throws {
            let all = (0..<count).map(String.init)
            let ada = query { ($0.with, $0.isLastPage, $0.max) = (Array(Self.ada.utf8), true, 3) }
            for person in people {
                #expect(try await store.archive(person) == all)
                #expect(try await store.archive(person, query { ($0.isLastPage, $0.max) = (true, 3) }) == all.suffix(3))
                let even = all.filter { Int($0).map { $0.isMultiple(of: 2) } ?? false }
                #expect(try await store.archive(person, ada) == even.suffix(3))
                #expect(try await store.waiting(person) == left[person])
                let ids = try await store.ids(of: person)
                let waiting = try await store.reader.read { (snapshot) throws(StoreError) in
                    #expect(try snapshot.facts(about: person).kinds.first?.count == count)
                    var found: [ArchiveID] = []
                    for id in ids where try snapshot.trace(id)?.recipient?.isWaiting == true { found.append(id) }
                    return found
                }
                #expect(waiting == left[person])
            }
        }
        try await text(0..<5)
        try await acknowledge([1])
        try await text(5..<7)
        for person in people {
            left[person] = try await store.ids(of: person).enumerated().filter { $0.offset != 1 }.map(\.element)
        }
        try await store.writer.perform { (transaction) throws(StoreError) in
            // From here on it goes on with what is stored, and no faster.
            transaction.tail.slice = 0
            try transaction.beginPass(leaving: 3)
            if rows > 0 { try transaction.indexSlice(of: rows) }
        }
        if reopens {
            store.close()
            store = try fixture.open(settings: Self.restless)
        }
        try await isWhole(7)
        try await acknowledge([0, 3, 6])
        try await isWhole(7)
        try await text(7..<8)
        for person in people { left[person]?.append(try await store.ids(of: person)[7]) }
        try await isWhole(8)
        try await store.index(leaving: 0)
        try await isWhole(8)
        let rest = try await store.content.pool.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM acknowledged")
        }
        #expect(rest == 0)
        store.close()
    }

    @Test func aLongTailIsIndexedByItself() async throws {
        let fixture = try Fixture()
        let store = try fixture.open(settings: Self.restless)
        let q = try await store.join("q")
        let count = 1_100
        try await store.writer.perform(storesFor: [q]) { (transaction) throws(StoreError) in
            transaction.tail.limit = 1_000
            for number in 0..<count {
                _ = try transaction.store(
                    Text(
                        sender: nil,
                        recipient: Text.Copy(
                            owner: q, correspondent: [1], payload: Array("\(number)".utf8), pending: true),
                        repeatKey: nil))
            }
        }
        #expect(store.content.recent.count == Tail.rest)
        #expect(
            try await store.reader.read { (snapshot) throws(StoreError) in
                try snapshot.pending(of: q, limit: .max).rows.count
            } == count)
        store.close()
    }

    /// Though the pass under way is one that leaves some.
    @Test func allOfTheTailIsIndexedWhenNothingComes() async throws {
        let fixture = try Fixture()
        var settings = Writer.Settings()
        settings.rest = 50
        let store = try fixture.open(settings: settings)
        let q = try await filled(store, leaving: 12)
        try await store.writer.perform { (transaction) throws(StoreError) in
            transaction.tail.slice = 1
            try transaction.beginPass(leaving: 3)
        }
        for _ in 0..<200 where store.content.recent.count > 0 { try await Task.sleep(for: .milliseconds(50)) }
        #expect(store.content.recent.count == 0)
        #expect(try await store.archive(q) == (0..<12).map(String.init))
        store.close()
    }

    @Test func nothingOfTheTailStaysWhenItsPersonLeaves() async throws {
        let fixture = try Fixture()
        let store = try fixture.open(settings: Self.restless)
        let q = try await filled(store, leaving: 5)
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.openSession("s", owner: q, resource: [1])
        }
        let copy = Text.Copy(owner: q, correspondent: [1], payload: [], pending: false)
        _ = try await store.store(
            Text(sender: copy, recipient: nil, repeatKey: nil), mark: SessionMark(session: "s", h: 3))
        _ = try await store.writer.erase(q)
        let rows = try await store.content.pool.read { db in
            try ["message", "entry", "conversation", "pending", "acknowledged", "mark", "sm_session"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1
            }
        }
        #expect(rows.allSatisfy { $0 == 0 }, "\(rows)")
        store.close()
    }

    /// History keeps the text; that nobody fetched it in its window no longer matters.
    @Test(arguments: [0, 1, 2])
    func nothingIsPushedAfterItsWindowWhereverTheTailBegins(rest: Int) async throws {
        let fixture = try Fixture()
        var store = try fixture.open(settings: Self.restless)
        let q = try await store.join("q")
        _ = try await store.writer.grant(.history, by: q)
        for body in ["old", "older"] { _ = try await store.text(from: nil, to: q, body) }
        try await store.index(leaving: rest)
        fixture.clock.advance(days: 8)
        _ = try await store.text(from: nil, to: q, "new")
        try await store.writer.sweep()
        let new = Array(try await store.ids(of: q).suffix(1))
        #expect(try await store.waiting(q) == new)
        store.close()
        store = try fixture.open(settings: Self.restless)
        #expect(try await store.waiting(q) == new)
        try await store.index(leaving: 0)
        #expect(try await store.waiting(q) == new)
        #expect(try await store.archive(q) == ["old", "older", "new"])
        store.close()
    }

    @Test(arguments: [true, false])
    func theLastMarkOfASessionCounts(indexed: Bool) async throws {
        let fixture = try Fixture()
        let store = try fixture.open(settings: Self.restless)
        let q = try await store.join("q")
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.openSession("s", owner: q, resource: [1])
            try transaction.openSession("t", owner: q, resource: [2])
        }
        let copy = Text.Copy(owner: q, correspondent: [1], payload: [], pending: false)
        for h: UInt32 in [1, 9, 4] {
            _ = try await store.store(
                Text(sender: copy, recipient: nil, repeatKey: nil), mark: SessionMark(session: "s", h: h))
        }
        if indexed { try await store.index(leaving: 0) }
        let found = try await store.reader.read { (snapshot) throws(StoreError) in
            [try snapshot.session("s")?.h, try snapshot.session("t")?.h]
        }
        #expect(found == [4, 0])
        store.close()
    }

    /// A store of before there was a tail opens and has what it had.
    @Test func anEarlierStoreIsIndexedAnew() async throws {
        let fixture = try Fixture()
        var store = try fixture.open(settings: Self.restless)
        let q = try await filled(store, leaving: 0)
        let ids = try await store.ids(of: q)
        store.writer.acknowledge([ids[3]], owner: q)
        await store.writer.settled(q)
        store.close()
        let queue = try DatabaseQueue(path: fixture.files.content)
        try await queue.write { db in
            try db.execute(
                sql: """
                    DROP TABLE entry; DROP TABLE conversation; DROP TABLE acknowledged; DROP TABLE mark;
                    ALTER TABLE message DROP COLUMN waits;
                    CREATE INDEX message_owner ON message (owner, id, correspondent, digest);
                    DELETE FROM high_water WHERE name = 'indexed';
                    DELETE FROM grdb_migrations WHERE identifier = '4 tail';
                    """)
        }
        try queue.close()
        store = try fixture.open(settings: Self.restless)
        #expect(try await store.archive(q) == (0..<12).map(String.init))
        let even = query { $0.with = Array(Self.ada.utf8) }
        #expect(try await store.archive(q, even) == ["0", "2", "4", "6", "8", "10"])
        #expect(try await store.waiting(q) == ids.filter { $0 != ids[3] })
        store.close()
    }
}

extension Transaction {
    /// Indexes all but the last messages, as fast as it usually goes from then on.
    func indexTail(leaving rest: Int = 0) throws(StoreError) {
        tail.slice = 256
        try settleMarks()
        applyChanges()
        try indexSlice(of: .max)
        try beginPass(leaving: rest)
        try indexSlice(of: .max)
    }
}

extension RegionStore {
    func index(leaving rest: Int) async throws {
        try await writer.perform { (transaction) throws(StoreError) in try transaction.indexTail(leaving: rest) }
    }

    fileprivate func ids(of owner: PersonID) async throws -> [ArchiveID] {
        try await reader.read { (snapshot) throws(StoreError) in try snapshot.archive(of: owner, ArchiveQuery()) }
            .rows.map(\.id)
    }

    fileprivate func waiting(_ owner: PersonID) async throws -> [ArchiveID] {
        try await reader.read { (snapshot) throws(StoreError) in try snapshot.pending(of: owner) }.rows.map(\.id)
    }
}
