import GRDB

/// The content of a region: `content.sqlite`, every row of which is sealed or says nothing personal.
struct Content: Sendable {
    static let fileName = "content.sqlite"

    /// A page cache of 256 KiB a reader at most, as the system caches the file as well. What a long reader makes the log grow
    /// is cut off again.
    private static let pragmas = [
        "secure_delete = ON", "cache_size = -256", "wal_autocheckpoint = \(WALCheckpoints.limit)",
        "journal_size_limit = 67108864"
    ]
    /// The writer's page cache: 32 MiB at most.
    private static let writerCache = "PRAGMA cache_size = -32768"

    let pool: DatabasePool
    let checkpoints: WALCheckpoints
    let recent = RecentMessages()
    /// Every reader enters by it, but for the writer.
    let gate = ReadGate()

    /// Opens the file as it is; ``RegionFiles/open(readers:)`` brings both of a region to their present form.
    init(path: String, readers: Int) throws(StoreError) {
        let pool = try Durable.open(path, readers: readers, pragmas: Self.pragmas, reclaims: true)
        try StoreError.wrap { try pool.writeWithoutTransaction { try $0.execute(sql: Self.writerCache) } }
        self.pool = pool
        checkpoints = WALCheckpoints(database: path)
    }

    /// Closes the file when nobody reads it any more; whoever wants to then is refused.
    func close() throws {
        gate.close()
        checkpoints.close()
        try pool.close()
    }

    /// Reads one moment's state, beside the writer.
    func read<R>(_ body: (SQL) throws(StoreError) -> R) throws(StoreError) -> R {
        try gate.enter()
        defer { gate.leave() }
        return try StoreError.wrap { try pool.read { db in try body(SQL(db: db)) } }
    }

    /// What brings this file to its present form.
    var migration: Migrations.Subject {
        Migrations.Subject(pool: pool, migrations: Self.migrations, name: Self.fileName)
    }

    /// Moves the log into the file and cuts it to nothing, so that what was deleted is nowhere.
    ///
    /// Waits for readers of the old state for `patience` milliseconds.
    ///
    /// - Returns: false if one held on for longer; the log is uncut then.
    func truncateLog(patience: Int) throws(StoreError) -> Bool {
        checkpoints.settle()
        do throws(StoreError) {
            try StoreError.wrap {
                try pool.writeWithoutTransaction { db in
                    try db.execute(sql: "PRAGMA busy_timeout = \(patience)")
                    defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Durable.busyTimeout)") }
                    _ = try db.checkpoint(.truncate)
                }
            }
            return true
        } catch {
            guard error == .inUse else { throw error }
            return false
        }
    }
}
