import GRDB

/// The content of a region: `content.sqlite`, every row of which is sealed or says nothing personal.
struct Content: Sendable {
    static let fileName = "content.sqlite"

    /// A page cache of 32 MiB a connection at most, and a log of up to 16 MiB before it is copied into the file: pages
    /// that are written again and again are copied once.
    private static let pragmas = ["secure_delete = ON", "cache_size = -32768", "wal_autocheckpoint = 4000"]

    let pool: DatabasePool

    init(path: String, readers: Int) throws(StoreError) {
        pool = try Durable.open(path, readers: readers, pragmas: Self.pragmas)
        try Durable.migrate(pool, Self.migrator, name: Self.fileName)
    }

    /// Moves the log into the file and cuts it to nothing, so that what was deleted is nowhere.
    func truncateLog() throws(StoreError) {
        try StoreError.wrap {
            try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        }
    }
}
