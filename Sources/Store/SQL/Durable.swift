import Foundation
import GRDB

/// Opens SQLite files so that a commit is on the disk when it returns: WAL, `synchronous=FULL`.
enum Durable {
    /// How long a statement waits for another connection's lock, in milliseconds.
    static let busyTimeout = 5_000

    /// Opens or creates `path`, with the pragmas given for every connection.
    ///
    /// GRDB's pool sets `synchronous=NORMAL` by itself after its preparations, so FULL is set after opening and
    /// read back.
    static func open(_ path: String, readers: Int, pragmas: [String] = []) throws(StoreError) -> DatabasePool {
        let name = URL(fileURLWithPath: path).lastPathComponent
        do {
            var configuration = Configuration()
            configuration.maximumReaderCount = readers
            configuration.busyMode = .timeout(Double(busyTimeout) / 1_000)
            configuration.label = name
            configuration.prepareDatabase { db in
                for pragma in pragmas { try db.execute(sql: "PRAGMA \(pragma)") }
            }
            let pool = try DatabasePool(path: path, configuration: configuration)
            let synchronous = try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                return try Int.fetchOne(db, sql: "PRAGMA synchronous")
            }
            guard synchronous == 2 else { throw StoreError.notDurable(name) }
            return pool
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .damaged(name)
        } catch {
            return try StoreError.wrap { throw error }
        }
    }

    /// Applies append-only migrations; refuses a file that knows others.
    static func migrate(_ pool: DatabasePool, _ migrator: DatabaseMigrator, name: String) throws(StoreError) {
        try StoreError.wrap {
            guard try pool.read(migrator.hasBeenSuperseded) == false else { throw StoreError.newerSchema(name) }
            try migrator.migrate(pool)
        }
    }
}
