package import Consent
import GRDB

/// The keys of a region, in a file of their own: what erasure destroys is only ever here.
///
/// Deleted keys are overwritten (`secure_delete`), and the write-ahead log is truncated after every deletion: a
/// passive checkpoint would leave the deleted key in it. Also holds what must never lie in copies of content: the
/// index of numbers, the SMS bindings, the STOP lists.
package final class KeysFile: KeySource {
    static let fileName = "keys.sqlite"

    /// How long a deletion waits for those who read the state before it, in milliseconds. They read in one pass at most; the
    /// server stops rather than confirm what isn't so.
    static let patience = 30_000

    let pool: DatabasePool
    private let gate = ReadGate()

    /// Opens the file as it is; ``RegionFiles/open(readers:)`` brings both of a region to their present form.
    init(path: String) throws(StoreError) {
        pool = try Durable.open(path, readers: 4, pragmas: ["secure_delete = ON", "cache_size = -256"])
    }

    /// What brings this file to its present form.
    var migration: Migrations.Subject {
        Migrations.Subject(pool: pool, migrations: Self.migrations, name: Self.fileName)
    }

    /// One synced transaction. Only the region's writer calls this.
    func write<R>(_ body: (KeysTransaction) throws(StoreError) -> R) throws(StoreError) -> R {
        try StoreError.wrap {
            try pool.write { db in try body(KeysTransaction(sql: SQL(db: db))) }
        }
    }

    func read<R>(_ body: (KeysTransaction) throws(StoreError) -> R) throws(StoreError) -> R {
        try gate.enter()
        defer { gate.leave() }
        return try StoreError.wrap {
            try pool.read { db in try body(KeysTransaction(sql: SQL(db: db))) }
        }
    }

    /// Closes the file when nobody reads any more; whoever wants to then is refused.
    func close() {
        gate.close()
        try? pool.close()
    }

    /// Moves the log into the file and cuts it to nothing, so that what was deleted is nowhere.
    ///
    /// - Throws: `inUse` if a reader held on to the old state for longer than ``patience``; the deletion
    ///   is then not to be confirmed.
    func truncateLog() throws(StoreError) {
        try StoreError.wrap {
            try pool.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA busy_timeout = \(Self.patience)")
                defer { try? db.execute(sql: "PRAGMA busy_timeout = \(Durable.busyTimeout)") }
                _ = try db.checkpoint(.truncate)
            }
        }
    }

    // MARK: KeySource

    package func keys(of owner: PersonID) throws -> [StoredKey] {
        try read { (keys) throws(StoreError) in try keys.keys(of: owner) }
    }

    package func messageKey(_ id: KeyID, of owner: PersonID) throws -> StoredKey? {
        try read { (keys) throws(StoreError) in try keys.key(id, of: owner) }
    }
}
