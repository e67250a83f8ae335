import Consent
import Foundation
import Testing

@testable import Store

@Suite("Room on the disk")
struct ReclaimTests {
    private static func size(_ fixture: Fixture, _ end: String = "") throws -> Int {
        let path = fixture.files.content + end
        return try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber).intValue
    }

    /// A store with some megabytes of texts, and how large its file is.
    private static func filled(_ fixture: Fixture, reserve: Int) async throws -> (RegionStore, PersonID, Int) {
        var settings = Writer.Settings()
        settings.reservePages = reserve
        let store = try fixture.open(settings: settings)
        let p = try await store.join("p")
        let body = String(repeating: "x", count: 2_000)
        for _ in 0..<8 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 { group.addTask { _ = try await store.text(from: nil, to: p, body) } }
                try await group.waitForAll()
            }
        }
        #expect(try await store.archive(p).count > 0)
        _ = try store.content.truncateLog(patience: 1_000)
        return (store, p, try size(fixture))
    }

    @Test("what delivery windows leave behind is given back to the file system")
    func windows() async throws {
        let fixture = try Fixture()
        let (store, p, full) = try await Self.filled(fixture, reserve: 0)
        #expect(full > 1_600_000)
        #expect(try await store.writer.reclaim() == 0, "nothing has ended yet")
        fixture.clock.advance(days: 9)
        try await store.writer.sweep()
        let given = try await store.writer.reclaim()
        #expect(given > 256, "more than one slice")
        let rest = try Self.size(fixture)
        #expect(rest < full / 4, "\(rest) of \(full) bytes are left")
        #expect(try Self.size(fixture, "-wal") == 0)
        #expect(try await store.archive(p).isEmpty)
        #expect(try await store.writer.reclaim() == 0)
        _ = try await store.text(from: nil, to: p, "after")
        #expect(try await store.archive(p) == ["after"])
        store.close()
        #expect(FileIntegrity(ofFileAt: fixture.files.content) == .whole)
    }

    @Test("a history that is turned off gives its room back as well")
    func history() async throws {
        let fixture = try Fixture()
        var settings = Writer.Settings()
        settings.reservePages = 0
        let store = try fixture.open(settings: settings)
        let p = try await store.join("p")
        _ = try await store.writer.grant(.history, by: p)
        let body = String(repeating: "y", count: 2_000)
        for _ in 0..<500 { _ = try await store.text(from: nil, to: p, body) }
        fixture.clock.advance(days: 9)
        try await store.writer.sweep()
        try await store.writer.reclaim()
        _ = try store.content.truncateLog(patience: 1_000)
        let kept = try Self.size(fixture)
        #expect(kept > 1_000_000, "history outlives the window")
        _ = try await store.writer.withdraw(.history, by: p)
        try await store.writer.sweep()
        try await store.writer.reclaim()
        #expect(try Self.size(fixture) < kept / 4)
        store.close()
    }

    @Test("what the next days will need stays, and is written into again")
    func reserve() async throws {
        let fixture = try Fixture()
        let (store, p, full) = try await Self.filled(fixture, reserve: 100_000)
        fixture.clock.advance(days: 9)
        try await store.writer.sweep()
        #expect(try await store.writer.reclaim() == 0)
        _ = try store.content.truncateLog(patience: 1_000)
        #expect(try Self.size(fixture) >= full)
        let before = try Self.size(fixture)
        let body = String(repeating: "z", count: 2_000)
        for _ in 0..<200 { _ = try await store.text(from: nil, to: p, body) }
        _ = try store.content.truncateLog(patience: 1_000)
        #expect(try Self.size(fixture) == before)
        store.close()
    }
}
