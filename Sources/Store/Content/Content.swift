import GRDB

/// The content of a region: `content.sqlite`, every row of which is sealed or says nothing personal.
struct Content: Sendable {
    static let fileName = "content.sqlite"

    /// A page cache of 32 MiB a connection at most, and a log of up to 16 MiB before it is copied into the file: pages
    /// that are written again and again are copied once.
    private static let pragmas = ["cache_size = -32768", "wal_autocheckpoint = 4000"]

    let pool: DatabasePool

    init(path: String, readers: Int) throws(StoreError) {
        pool = try Durable.open(path, readers: readers, pragmas: Self.pragmas)
        try Durable.migrate(pool, Self.migrator, name: Self.fileName)
    }
}
