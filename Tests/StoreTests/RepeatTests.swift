import Consent
import Testing

@testable import Store

/// Which texts are repeats (design: same account, `to`, id and payload within seven days).
struct RepeatTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        var to = "q@d"
        var id = "1"
        var payload = "hello"
        var isOriginID = true
        var afterBrokenSession = false
        var byOther = false
        var days: Int64 = 0
        let isRepeat: Bool
        var testDescription: String { name }
    }

    static let rows: [Row] = [
        Row(name: "the same", isRepeat: true),
        Row(name: "the same after six days", days: 6, isRepeat: true),
        Row(name: "the same after eight days", days: 8, isRepeat: false),
        Row(name: "another recipient", to: "r@d", isRepeat: false),
        Row(name: "another id", id: "2", isRepeat: false),
        Row(name: "another text", payload: "hallo", isRepeat: false),
        Row(name: "another sender", byOther: true, isRepeat: false),
        Row(name: "by bare id, though the first had an origin-id", isOriginID: false, isRepeat: false)
    ]

    private func text(_ row: Row, _ owner: PersonID) -> Text {
        Text(
            sender: Text.Copy(
                owner: owner, correspondent: Array(row.to.utf8), payload: Array(row.payload.utf8), pending: false),
            recipient: nil,
            repeatKey: Text.RepeatKey(
                to: Array(row.to.utf8), id: Array(row.id.utf8), payload: Array(row.payload.utf8),
                isOriginID: row.isOriginID, afterBrokenSession: row.afterBrokenSession))
    }

    @Test(arguments: rows, [false, true])
    func tellsRepeats(row: Row, afterReopening: Bool) async throws {
        let fixture = try Fixture()
        var store = try fixture.open()
        let p = try await store.join("p")
        let other = try await store.join("o")
        guard case .stored(let first?, nil) = try await store.store(text(Row(name: "", isRepeat: false), p)) else {
            Issue.record("the first is stored")
            return
        }
        fixture.clock.advance(days: row.days)
        if afterReopening {
            store.close()
            store = try fixture.open()
        }
        let second = try await store.store(text(row, row.byOther ? other : p))
        #expect((second == .repeated(of: first)) == row.isRepeat)
        #expect(try await store.archive(p).count == (row.isRepeat || row.byOther ? 1 : 2))
        store.close()
    }

    @Test func aBareIDCountsOnlyAfterABrokenSession() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let plain = Row(name: "", isOriginID: false, isRepeat: false)
        let resent = Row(name: "", isOriginID: false, afterBrokenSession: true, isRepeat: true)
        _ = try await store.store(text(plain, p))
        guard case .stored(let second?, nil) = try await store.store(text(plain, p)) else {
            Issue.record("clients reuse ids: a new text")
            return
        }
        #expect(try await store.store(text(resent, p)) == .repeated(of: second))
        store.close()
    }

    @Test func repeatsWithinABatchAndAfterAnUndoneJob() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        let text = text(Row(name: "", isRepeat: false), p)
        await #expect(throws: StoreError.conflict) {
            try await store.writer.perform(storesFor: [p]) { (transaction) throws(StoreError) -> Void in
                _ = try transaction.store(text)
                throw .conflict
            }
        }
        let outcomes = try await store.writer.perform(storesFor: [p]) { (transaction) throws(StoreError) in
            [try transaction.store(text), try transaction.store(text)]
        }
        guard case .stored(let id?, nil) = outcomes[0] else {
            Issue.record("what was undone is no repeat")
            return
        }
        #expect(outcomes[1] == .repeated(of: id))
        store.close()
    }
}
