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

    @Test func aLongTailIsIndexedByItself() async throws {
        let fixture = try Fixture()
        let store = try fixture.open(settings: Self.restless)
        let q = try await store.join("q")
        let count = Tail.limit + 100
        try await store.writer.perform(storesFor: [q]) { (transaction) throws(StoreError) in
            for number in 0..<count {
                _ = try transaction.store(
                    Text(
                        sender: nil,
                        recipient: Text.Copy(
                            owner: q, correspondent: [1], payload: Array("\(number)".utf8), pending: true),
                        repeatKey: nil))
            }
        }
        let tail = try await store.writer.perform { (transaction) throws(StoreError) in try Tail(transaction.sql) }
        #expect(tail.count == Tail.rest)
        #expect(
            try await store.reader.read { (snapshot) throws(StoreError) in
                try snapshot.pending(of: q, limit: .max).rows.count
            } == count)
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
