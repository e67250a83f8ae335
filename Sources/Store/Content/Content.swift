import GRDB

/// The content of a region: `content.sqlite`, every row of which is sealed or says nothing personal.
struct Content: Sendable {
    static let fileName = "content.sqlite"

    let pool: DatabasePool

    init(path: String, readers: Int) throws(StoreError) {
        pool = try Durable.open(path, readers: readers)
        try Durable.migrate(pool, Self.migrator, name: Self.fileName)
    }
}
