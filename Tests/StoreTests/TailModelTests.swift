import Consent
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Store

/// Whatever happens to the tail, in whatever order: archives, what waits and what is known are what a simple model says.
struct TailModelTests {
    private static let correspondents = ["ada@example.org", "ben@example.org", "cy@example.org"]

    /// One message as its owner should see it.
    private struct Message {
        let id: ArchiveID
        let body: String
        let with: String
        var waits = true
    }

    private struct Model {
        var messages: [PersonID: [Message]] = [:]
        var generator: SplitMix

        mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

        mutating func person() -> PersonID? {
            messages.keys.sorted { $0.rawValue < $1.rawValue }.randomElement(using: &generator)
        }
    }

    @Test(arguments: 1...12)
    func everythingIsWhatTheModelSays(seed: UInt64) async throws {
        let fixture = try Fixture()
        var settings = Writer.Settings()
        settings.rest = seed.isMultiple(of: 3) ? 1 : 600_000
        var store = try fixture.open(settings: settings)
        var model = Model(generator: SplitMix(state: seed))
        for number in 0..<4 { model.messages[try await store.join("p\(number)")] = [] }
        for step in 0..<120 {
            switch model.number(0..<20) {
            case 0..<9: try await text("\(step)", store, &model)
            case 9..<11: try await failedTexts(store, &model)
            case 11..<14: try await acknowledgements(store, &model)
            case 14..<17: try await slice(store, &model)
            case 17: try await deletion(store, &model)
            case 18: try await store.index(leaving: model.number(0..<9))
            default:
                store.close()
                store = try fixture.open(settings: settings)
            }
            if step.isMultiple(of: 3) { try await check(store, &model) }
        }
        try await check(store, &model)
        try await store.index(leaving: 0)
        try await check(store, &model)
        try await checkTables(store, model)
        store.close()
    }

    // MARK: What may happen

    private func text(_ body: String, _ store: RegionStore, _ model: inout Model) async throws {
        guard let person = model.person(), let with = Self.correspondents.randomElement(using: &model.generator) else {
            return
        }
        for part in 0..<model.number(1..<4) {
            let stored = try await store.text(from: nil, to: person, "\(body).\(part)", with: with)
            guard case .stored(_, let id?) = stored else { throw StoreError.conflict }
            model.messages[person]?.append(Message(id: id, body: "\(body).\(part)", with: with))
        }
    }

    /// A job that stores, acknowledges and deletes before it fails.
    private func failedTexts(_ store: RegionStore, _ model: inout Model) async throws {
        guard let person = model.person() else { return }
        let acknowledged = model.messages[person]?.prefix(3).map(\.id) ?? []
        await #expect(throws: StoreError.conflict) {
            try await store.writer.perform(storesFor: [person]) { (transaction) throws(StoreError) in
                let copy = Text.Copy(owner: person, correspondent: [1], payload: [2], pending: true)
                _ = try transaction.store(Text(sender: nil, recipient: copy, repeatKey: nil))
                try transaction.acknowledge(acknowledged, owner: person)
                try transaction.deleteMessages(of: person.rawValue, where: "message.id % 2 = ?2")
                throw .conflict
            }
        }
    }

    private func acknowledgements(_ store: RegionStore, _ model: inout Model) async throws {
        guard let person = model.person(), var messages = model.messages[person], !messages.isEmpty else { return }
        var ids: [ArchiveID] = []
        for _ in 0..<model.number(1..<6) {
            let place = model.number(0..<messages.count)
            messages[place].waits = false
            ids.append(messages[place].id)
        }
        store.writer.acknowledge(ids, owner: person)
        await store.writer.settled(person)
        model.messages[person] = messages
    }

    private func slice(_ store: RegionStore, _ model: inout Model) async throws {
        let (rest, count) = (model.number(0..<8), model.number(0..<12))
        try await store.writer.perform { (transaction) throws(StoreError) in
            transaction.tail.slice = 1
            if transaction.tail.pass == nil { try transaction.beginPass(leaving: rest) }
            try transaction.indexSlice(of: count)
        }
    }

    private func deletion(_ store: RegionStore, _ model: inout Model) async throws {
        guard let person = model.person() else { return }
        let kind = Int64(model.number(0..<4))
        try await store.writer.perform { (transaction) throws(StoreError) in
            try transaction.deleteMessages(of: person.rawValue, where: "message.id % 4 = ?2", key: kind)
        }
        model.messages[person]?.removeAll { $0.id.rawValue % 4 == kind }
    }

    // MARK: What must hold

    private func check(_ store: RegionStore, _ model: inout Model) async throws {
        let (max, place) = (model.number(1..<9), model.number(0..<40))
        for (person, messages) in model.messages {
            #expect(try await store.archive(person) == messages.prefix(50).map(\.body))
            for with in Self.correspondents {
                var query = ArchiveQuery()
                (query.with, query.isLastPage, query.max) = (Array(with.utf8), true, max)
                #expect(
                    try await store.archive(person, query)
                        == messages.filter { $0.with == with }.suffix(max).map(\.body))
            }
            if place < messages.count {
                var query = ArchiveQuery()
                (query.after, query.max) = (messages[place].id, max)
                #expect(try await store.archive(person, query) == messages[(place + 1)...].prefix(max).map(\.body))
            }
            let waiting = messages.filter(\.waits).map(\.id)
            try await store.reader.read { (snapshot) throws(StoreError) in
                #expect(try snapshot.pending(of: person).rows.map(\.id) == waiting)
                #expect(try snapshot.pending(of: person, limit: max).rows.map(\.id) == Array(waiting.prefix(max)))
                let kinds = try snapshot.facts(about: person).kinds
                #expect(kinds.prefix(2).map(\.count) == [messages.count, waiting.count])
                for message in messages {
                    #expect(try snapshot.trace(message.id)?.recipient?.isWaiting == message.waits)
                }
            }
        }
    }

    /// When all is indexed nothing of what was, in between, stays.
    private func checkTables(_ store: RegionStore, _ model: Model) async throws {
        let counts = try await store.content.pool.read { db in
            try ["message", "entry", "conversation", "pending", "acknowledged"].map {
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \($0)") ?? -1
            }
        }
        let all = model.messages.values.flatMap(\.self)
        #expect(counts == [all.count, all.count, all.count, all.count(where: \.waits), 0])
        #expect(store.content.recent.count == 0)
    }

    /// Somebody who reads since before a pass sees what was there then, and nothing of what came.
    @Test func aSnapshotShowsItsMomentWhileAPassGoesOn() async throws {
        let fixture = try Fixture()
        var settings = Writer.Settings()
        settings.rest = 600_000
        let store = try fixture.open(settings: settings)
        let (p, q) = (try await store.join("p"), try await store.join("q"))
        for number in 0..<10 {
            for person in [p, q] { _ = try await store.text(from: nil, to: person, "\(number)") }
        }
        let all = (0..<10).map(String.init)
        let (holds, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let seen = Mutex<[[String]]>([])
        let reading = Task.detached {
            try await store.reader.read { (snapshot) throws(StoreError) in
                func look() throws(StoreError) {
                    for person in [p, q] {
                        let rows = try snapshot.archive(of: person, ArchiveQuery()).rows
                        seen.withLock { $0.append(rows.map { String(decoding: $0.payload, as: UTF8.self) }) }
                    }
                }
                try look()
                holds.signal()
                goesOn.wait()
                try look()
            }
        }
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                holds.wait()
                continuation.resume()
            }
        }
        try await store.writer.perform { (transaction) throws(StoreError) in
            transaction.tail.slice = 0
            try transaction.beginPass(leaving: 0)
            try transaction.indexSlice(of: 13)
        }
        _ = try await store.text(from: nil, to: q, "10")
        goesOn.signal()
        try await reading.value
        #expect(seen.withLock { $0 } == [all, all, all, all])
        #expect(try await store.archive(p) == all)
        #expect(try await store.archive(q) == all + ["10"])
        store.close()
    }
}
