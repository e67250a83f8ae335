import Foundation
import GRDB
import Testing

@testable import Store

/// The log of a database is copied into its file while commits go on.
struct WALCheckpointsTests {
    private static let page = Data(repeating: 7, count: 3_500)

    private struct Written {
        let pool: DatabasePool
        let checkpoints: WALCheckpoints
        let path: String

        init(_ path: String, due: Int) throws {
            self.path = path
            pool = try Durable.open(path, readers: 2, pragmas: ["wal_autocheckpoint = 0"])
            checkpoints = WALCheckpoints(database: path, due: due)
            try pool.write { try $0.execute(sql: "CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB)") }
        }

        /// Commits, a page each, tended to as the writer does.
        func commit(_ count: Int) throws {
            for _ in 0..<count {
                try pool.writeWithoutTransaction { db in
                    try db.execute(sql: "INSERT INTO row (bytes) VALUES (?)", arguments: [WALCheckpointsTests.page])
                    checkpoints.note(db)
                }
                try checkpoints.tend(pool)
            }
        }

        /// The length of the log's file, in pages.
        func log() throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path + "-wal")
            return ((attributes[.size] as? NSNumber)?.intValue ?? 0) / 4_096
        }
    }

    @Test("the log begins anew again and again, though a commit comes in each copying")
    func bounded() throws {
        let fixture = try Fixture()
        let written = try Written(fixture.files.content + "-other", due: 100)
        try written.commit(3_000)
        #expect(try written.log() < 2_000, "6,000 pages were written")
        #expect(try written.pool.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM row") } == 3_000)
        written.checkpoints.close()
        try written.pool.close()
    }

    @Test("while somebody reads the state of before the log grows, and begins anew afterwards")
    func reader() throws {
        let fixture = try Fixture()
        let written = try Written(fixture.files.content + "-other", due: 50)
        try written.commit(10)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: written.path, configuration: configuration)
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN")
            _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM row")
        }
        try written.commit(500)
        let grown = try written.log()
        #expect(grown > 500)
        try other.inDatabase { db in try db.execute(sql: "COMMIT") }
        try written.commit(1_000)
        written.checkpoints.settle()
        #expect(try written.log() < grown + 1_000)
        try other.close()
        written.checkpoints.close()
        try written.pool.close()
    }

    @Test("what the disk says when the log is copied is told the writer")
    func refused() throws {
        let fixture = try Fixture()
        let path = fixture.files.content + "-other"
        let written = try Written(path, due: 20)
        let elsewhere = WALCheckpoints(database: "/nowhere/at/all", due: 1)
        written.pool.writeWithoutTransaction { elsewhere.note($0) }
        try elsewhere.tend(written.pool)
        elsewhere.settle()
        #expect(throws: StoreError.self) { try elsewhere.tend(written.pool) }
        #expect(throws: StoreError.self) { try elsewhere.tend(written.pool) }
        written.checkpoints.close()
        try written.pool.close()
    }
}
