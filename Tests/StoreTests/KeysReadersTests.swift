import Consent
import Foundation
import GRDB
import Testing

@testable import Store

/// Others may read the keys file beside the server; a withdrawal waits for them.
struct KeysReadersTests {
    @Test("a withdrawal waits for a reader for longer than other statements do, and is confirmed then")
    func patience() async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        let p = try await store.join("p")
        _ = try await store.writer.grant(.history, by: p)
        let other = try DatabaseQueue(path: fixture.files.keys)
        let reading = AsyncStream.makeStream(of: Void.self)
        let reader = Task.detached {
            try other.read { db in
                _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM key")
                reading.continuation.finish()
                Thread.sleep(forTimeInterval: Double(Durable.busyTimeout) / 1_000 + 0.5)
            }
        }
        for await _ in reading.stream {}
        _ = try await store.writer.withdraw(.history, by: p)
        try await reader.value
        let log = URL(fileURLWithPath: fixture.files.keys + "-wal")
        #expect(try log.resourceValues(forKeys: [.fileSizeKey]).fileSize == 0)
        try other.close()
        store.close()
    }

    @Test("a copy in memory is found whole, or damaged, as the file is", arguments: [true, false])
    func integrity(inMemory: Bool) async throws {
        let fixture = try Fixture()
        let store = try fixture.open()
        for number in 0..<200 { _ = try await store.join("p\(number)") }
        store.close()
        let path = fixture.files.keys
        #expect(FileIntegrity(ofFileAt: path, inMemory: inMemory) == .whole)
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        for page: UInt64 in 2..<8 {
            // The heads of pages, where it says what is on them.
            try file.seek(toOffset: page * 4_096)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 100))
        }
        try file.close()
        switch FileIntegrity(ofFileAt: path, inMemory: inMemory) {
        case .whole, .missing: Issue.record("damage wasn't found")
        case .damaged(let complaints): #expect(!complaints.isEmpty)
        case .unreadable: break
        }
    }
}
