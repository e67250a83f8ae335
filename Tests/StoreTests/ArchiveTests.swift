import Consent
import Testing

@testable import Store

/// Pages of the archive against a naive model of it.
struct ArchiveTests {
    private struct Model {
        let id: ArchiveID
        let with: String
        let text: String
    }

    private func page(_ model: [Model], _ query: ArchiveQuery) -> (texts: [String], isComplete: Bool) {
        let with = query.with.map { String(decoding: $0, as: UTF8.self) }
        let found = model.filter { row in
            (with == nil || row.with == with) && (query.start.map { row.id.milliseconds >= $0 } ?? true)
                && (query.end.map { row.id.milliseconds <= $0 } ?? true) && (query.after.map { row.id > $0 } ?? true)
                && (query.before.map { row.id < $0 } ?? true) && (query.ids.map { $0.contains(row.id) } ?? true)
        }
        if query.ids != nil { return (found.map(\.text), true) }
        let page = query.isLastPage ? found.suffix(query.max) : found.prefix(query.max)
        return (page.map(\.text), found.count <= query.max)
    }

    @Test func pagesAreWhatTheModelSays() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        var model: [Model] = []
        var generator = SplitMix(state: 42)
        for number in 0..<60 {
            let with = ["a@d", "b@d", "c@d"][Int.random(in: 0..<3, using: &generator)]
            if Bool.random(using: &generator) {
                fixture.clock.advance(milliseconds: Int64.random(in: 0...3, using: &generator))
            }
            let stored = try await store.text(from: p, to: q, "\(number)", with: with)
            guard case .stored(let id?, _?) = stored else { return }
            model.append(Model(id: id, with: with, text: "\(number)"))
        }
        for _ in 0..<600 {
            var query = ArchiveQuery()
            func maybe<T>(_ value: @autoclosure () -> T) -> T? {
                Int.random(in: 0..<3, using: &generator) == 0 ? value() : nil
            }
            func some() -> Model { model[Int.random(in: 0..<model.count, using: &generator)] }
            query.with = maybe(Array(["a@d", "b@d", "none@d"][Int.random(in: 0..<3, using: &generator)].utf8))
            query.start = maybe(some().id.milliseconds)
            query.end = maybe(some().id.milliseconds)
            query.after = maybe(some().id)
            query.before = maybe(some().id)
            query.ids = Int.random(in: 0..<5, using: &generator) == 0 ? [some().id, some().id, some().id] : nil
            query.isLastPage = Bool.random(using: &generator)
            query.max = Int.random(in: 0...70, using: &generator)
            let expected = page(model, query)
            let found = try await store.reader.read { [query] (snapshot) throws(StoreError) in
                try snapshot.archive(of: p, query)
            }
            #expect(found.rows.map { String(decoding: $0.payload, as: UTF8.self) } == expected.texts)
            #expect(found.isComplete == expected.isComplete)
        }
        store.close()
    }

    @Test(arguments: [1, 150, 1_000], [false, true])
    func pagesEndWhenTheyAreLongEnough(bytes: Int, isLastPage: Bool) async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        for number in 0..<70 { _ = try await store.text(from: p, to: nil, "\(number)") }
        var query = ArchiveQuery()
        query.max = 100
        query.bytes = bytes
        query.isLastPage = isLastPage
        var texts: [String] = []
        var pages = 0
        while pages <= 70 {
            let page = try await store.reader.read { [query] (snapshot) throws(StoreError) in
                try snapshot.archive(of: p, query)
            }
            pages += 1
            let found = page.rows.map { String(decoding: $0.payload, as: UTF8.self) }
            texts = isLastPage ? found + texts : texts + found
            guard !page.isComplete else { break }
            if isLastPage { query.before = page.rows.first?.id } else { query.after = page.rows.last?.id }
        }
        #expect(texts == (0..<70).map { "\($0)" })
        // The last of many pages may come to be known as such by an empty one.
        #expect(bytes == 1 ? (70...71).contains(pages) : pages > 1 && pages < 70)
        store.close()
    }

    @Test(arguments: [Int64.min, -1, 0, 1, .max])
    func boundsAtTheEdges(value: Int64) async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.text(from: p, to: nil, "x")
        var query = ArchiveQuery()
        query.start = value
        #expect(try await store.archive(p, query).count == (value <= 1 ? 1 : 0))
        query = ArchiveQuery()
        query.end = value
        #expect(try await store.archive(p, query).count == (value == .max ? 1 : 0))
        query = ArchiveQuery()
        query.after = ArchiveID(rawValue: value)
        #expect(try await store.archive(p, query).count == (value == .max ? 0 : 1))
        query = ArchiveQuery()
        query.before = ArchiveID(rawValue: value)
        #expect(try await store.archive(p, query).count == (value == .max ? 1 : 0))
        query = ArchiveQuery()
        query.max = value > 1 ? 10 : Int(clamping: value)
        let rows = try await store.archive(p, query).count
        #expect(rows == (value > 0 ? 1 : 0))
        store.close()
    }

    @Test func nobodyReadsAnothersRows() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let q = try await store.join("q")
        guard case .stored(let id?, _) = try await store.text(from: p, to: nil, "mine") else { return }
        var query = ArchiveQuery()
        query.ids = [id]
        #expect(try await store.archive(q, query).isEmpty)
        let known = try await store.reader.read { (snapshot) throws(StoreError) in
            (try snapshot.hasArchived(id, owner: p), try snapshot.hasArchived(id, owner: q))
        }
        #expect(known == (true, false))
        store.close()
    }

    @Test func pendingRowsComeInOrderAndInSlices() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let q = try await store.join("q")
        for number in 0..<10 { _ = try await store.text(from: nil, to: q, "\(number)") }
        var seen: [String] = []
        var after: ArchiveID?
        while true {
            let slice = try await store.reader.read { [after] (snapshot) throws(StoreError) in
                try snapshot.pending(of: q, after: after, limit: 3)
            }
            if slice.rows.isEmpty { break }
            seen += slice.rows.map { String(decoding: $0.payload, as: UTF8.self) }
            after = slice.last
        }
        #expect(seen == (0..<10).map(String.init))
        store.close()
    }
}

/// Pages of so many bytes, at least one row each: nothing is read into memory that doesn't go out.
@Suite struct PageByteTests {
    private let fixture: Fixture
    private let store: RegionStore
    private let q: PersonID

    /// Ten texts of 1,000 bytes, the sixth of 5,000; half of them indexed already.
    init() async throws {
        fixture = try Fixture()
        store = try fixture.open()
        q = try await store.join("q")
        for number in 0..<10 {
            let length = number == 5 ? 5_000 : 1_000
            _ = try await store.text(from: nil, to: q, "\(number)" + String(repeating: ".", count: length - 1))
            if number == 4 { try await store.index(leaving: 0) }
        }
    }

    private func numbers(_ rows: [ArchiveRow]) -> String {
        String(decoding: rows.compactMap(\.payload.first), as: UTF8.self)
    }

    @Test func heldMessages() async throws {
        var (pages, after): ([String], ArchiveID?) = ([], nil)
        repeat {
            let page = try await store.reader.read { [after, q] (snapshot) throws(StoreError) in
                try snapshot.pending(of: q, after: after, limit: 4, bytes: 3_500)
            }
            pages.append(numbers(page.rows))
            after = page.last
        } while after != nil
        #expect(pages == ["012", "34", "5", "678", "9", ""])
        store.close()
    }

    @Test(arguments: [(false, ["012", "34", "5", "678", "9"]), (true, ["789", "6", "5", "234", "01"])])
    func archive(isLastPage: Bool, expected: [String]) async throws {
        var query = ArchiveQuery()
        (query.max, query.bytes, query.isLastPage) = (4, 3_500, isLastPage)
        var pages: [String] = []
        while pages.count < 10 {
            let page = try await store.reader.read { [query, q] (snapshot) throws(StoreError) in
                try snapshot.archive(of: q, query)
            }
            pages.append(numbers(page.rows))
            #expect(page.first == page.rows.first?.id)
            #expect(page.last == page.rows.last?.id)
            if page.isComplete { break }
            if isLastPage { query.before = page.first } else { query.after = page.last }
        }
        #expect(pages == expected)
        store.close()
    }
}

/// A small seeded generator, for tests that repeat exactly.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
