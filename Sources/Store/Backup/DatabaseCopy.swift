import GRDB

/// Copies of the store's databases, made beside a server that goes on writing to them.
///
/// A copy is what one snapshot of the write-ahead log shows: a batch is in it whole or not at all, and the writer waits for
/// nobody. It is written row by row (`VACUUM INTO`), so free pages and what lies between rows don't travel.
enum DatabaseCopy {
    /// A connection that reads only. Opening never creates the file.
    static func open(_ path: String) throws -> DatabaseQueue {
        var settings = Configuration.unraised
        settings.readonly = true
        settings.busyMode = .timeout(5)
        settings.prepareDatabase { db in try db.execute(sql: "PRAGMA cache_size = -16384") }
        return try DatabaseQueue(path: path, configuration: settings)
    }

    /// Copies content. The log of the source isn't cut while this lasts, and nothing else is held up.
    static func content(_ source: String, to target: String) throws(BackupError) {
        try reachable(source)
        try SyncedFiles.create(target)
        try BackupError.wrap(target) {
            let database = try open(source)
            defer { try? database.close() }
            try database.inDatabase { db in try db.execute(sql: "VACUUM INTO ?1", arguments: [target]) }
        }
        try SyncedFiles.sync(target)
    }

    /// Copies the keys by way of memory: a withdrawal waits for readers of the keys file, and so must not wait for a slow
    /// disk that the copy goes to.
    static func keys(_ source: String, to target: String) throws(BackupError) {
        try reachable(source)
        try SyncedFiles.create(target)
        try BackupError.wrap(target) {
            let memory = try DatabaseQueue()
            defer { try? memory.close() }
            let database = try open(source)
            do {
                defer { try? database.close() }
                try database.backup(to: memory)
            }
            try memory.inDatabase { db in try db.execute(sql: "VACUUM INTO ?1", arguments: [target]) }
        }
        try SyncedFiles.sync(target)
    }

    /// The random name that both files of a store carry, in hexadecimal.
    static func identity(_ path: String) throws(BackupError) -> String {
        let name = try BackupError.wrap(path) {
            let database = try open(path)
            defer { try? database.close() }
            return try database.read { db in
                try String.fetchOne(db, sql: "SELECT lower(hex(value)) FROM meta WHERE name = 'store'")
            }
        }
        guard let name else { throw .damaged(path, "it doesn't say which store it belongs to") }
        return name
    }

    private static func reachable(_ path: String) throws(BackupError) {
        guard SyncedFiles.exists(path) else { throw .store(.missing(SyncedFiles.name(path))) }
    }
}
