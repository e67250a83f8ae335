import Foundation
import GRDB

/// Opens SQLite files so that a commit is on the disk when it returns: WAL, `synchronous=FULL`.
enum Durable {
    /// How long a statement waits for another connection's lock, in milliseconds.
    static let busyTimeout = 5_000

    /// Opens or creates `path`, with the pragmas given for every connection.
    ///
    /// With `reclaims`, a new file can give pages back that nothing uses any more (`incremental_vacuum`); one that was
    /// made without can only use them again.
    ///
    /// GRDB's pool sets `synchronous=NORMAL` by itself after its preparations, so FULL is set after opening and
    /// read back.
    static func open(_ path: String, readers: Int, pragmas: [String] = [], reclaims: Bool = false) throws(StoreError)
        -> DatabasePool
    {
        let name = URL(fileURLWithPath: path).lastPathComponent
        let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
        let begins = reclaims && size == 0
        do {
            var configuration = Configuration.unraised
            configuration.maximumReaderCount = readers
            configuration.busyMode = .timeout(Double(busyTimeout) / 1_000)
            configuration.label = name
            configuration.prepareDatabase { db in
                if begins, !db.configuration.readonly { try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL") }
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

    /// One more connection to a database that a pool has open.
    static func single(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration.unraised
        configuration.busyMode = .timeout(Double(busyTimeout) / 1_000)
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}

extension Configuration {
    /// GRDB's own, without the raised priority of its threads: a user without privileges is denied one, and libdispatch tells
    /// the system's log so for each thread.
    static var unraised: Configuration {
        var configuration = Configuration()
        configuration.qos = .default
        return configuration
    }
}
