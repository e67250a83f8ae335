import Consent
import Testing

@testable import Store

/// What content tells of one message's way.
struct TraceTests {
    private func trace(_ store: RegionStore, _ id: ArchiveID?) async throws -> StoredTrace? {
        guard let id else { return nil }
        return try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.trace(id) }
    }

    /// Runs its expectations with the rows in the tail, and again with all of them indexed.
    private func twice(_ store: RegionStore, _ expect: () async throws -> Void) async throws {
        try await expect()
        try await store.writer.perform { (transaction) throws(StoreError) in try transaction.indexTail() }
        try await expect()
    }

    @Test func eitherSidesIdLeadsToBothCopiesAndToNobodyElses() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        var pairs: [(ArchiveID?, ArchiveID?)] = []
        for body in ["one", "two", "three"] {
            guard case .stored(let sender, let recipient) = try await store.text(from: p, to: q, body) else { continue }
            pairs.append((sender, recipient))
        }
        try #require(pairs.count == 3)
        try await twice(store) {
            for (sender, recipient) in pairs {
                for id in [sender, recipient] {
                    let found = try #require(try await trace(store, id))
                    #expect(found.sender?.id == sender && found.recipient?.id == recipient)
                    #expect(found.sender?.owner == p && found.recipient?.owner == q)
                    #expect(found.sender?.isWaiting == false && found.recipient?.isWaiting == true)
                    #expect(found.owners == [p, q] && found.sms.isEmpty)
                }
            }
        }
        #expect(try await trace(store, ArchiveID(rawValue: 1)) == nil)
        store.close()
    }

    @Test func itWaitsUntilItIsAcknowledged() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        guard case .stored(_, let early?) = try await store.text(from: p, to: q, "early") else { return }
        store.writer.acknowledge([early], owner: q)
        try await store.writer.perform { (transaction) throws(StoreError) in try transaction.indexTail() }
        guard case .stored(_, let late?) = try await store.text(from: p, to: q, "late") else { return }
        #expect(try await trace(store, late)?.recipient?.isWaiting == true)
        store.writer.acknowledge([late], owner: q)
        await store.writer.settled(q)
        try await twice(store) {
            for id in [early, late] {
                let found = try await trace(store, id)
                #expect(found?.recipient?.isWaiting == false)
            }
        }
        store.close()
    }

    @Test func oneSidedRowsHaveNoTwin() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        // Neighbours by their ids alone: a note to oneself, then a text that came in.
        guard case .stored(_, let own?) = try await store.text(from: nil, to: p, "note"),
            case .stored(_, let other?) = try await store.text(from: nil, to: q, "incoming")
        else { return }
        #expect(other.rawValue - own.rawValue < 1 << 20)
        #expect(try await trace(store, own)?.owners == [p])
        #expect(try await trace(store, other)?.owners == [q])
        store.close()
    }

    @Test func anSMSIsFoundByTheMessageThatItCarries() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        _ = try await store.writer.grant(.sms, by: p)
        guard case .stored(let sent?, nil) = try await store.text(from: p, to: nil, "by SMS", isSMS: true),
            case .stored(let sender?, let held?) = try await store.text(from: p, to: q, "held")
        else { return }
        let due = fixture.clock.now + 5_000
        let carried = try await store.writer.perform { (transaction) throws(StoreError) in
            let carried = try transaction.queue(
                content: SMSContent.packed("15550001111".utf8, "by SMS"), route: "r", due: due, message: sent, owner: p)
            _ = try transaction.queue(
                content: SMSContent.packed("15550002222".utf8, "held"), route: "r", due: due, message: held, owner: p)
            return carried
        }
        fixture.clock.advance(milliseconds: 7_000)
        _ = try await store.writer.perform { (transaction) throws(StoreError) in
            _ = try transaction.setSegment(1, of: carried, route: "r", state: .submitted, messageID: "id 7")
            return try transaction.setSegment(2, of: carried, route: "r", state: .failed, messageID: nil)
        }
        let waiting = try await store.reader.read { (snapshot) throws(StoreError) in try snapshot.waitingTextCount() }
        #expect(waiting == 1)
        let alone = try #require(try await trace(store, sent))
        #expect(alone.sender?.id == sent && alone.recipient == nil && alone.sms.count == 1)
        let sms = try #require(alone.sms.first)
        #expect(sms.id == carried && sms.state == .failed && sms.due == due && sms.changed == fixture.clock.now)
        #expect(sms.segments.map(\.state) == [.submitted, .failed] && sms.segments.map(\.part) == [1, 2])
        #expect(sms.segments.map(\.accepted) == [fixture.clock.now, nil])
        for id in [sender, held] {
            let found = try await trace(store, id)
            #expect(found?.sms.map(\.state) == [.waiting])
        }
        store.close()
    }
}
