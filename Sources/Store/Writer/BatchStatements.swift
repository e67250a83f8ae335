import GRDB

/// The statements of every batch, prepared once for the writer's connection.
///
/// To look a statement up by its text costs about as much as running it, and GRDB parses what begins and ends a
/// transaction each time.
final class BatchStatements {
    let begin: Statement
    let commit: Statement
    let message: Statement
    let mark: Statement
    let acknowledge: Statement
    let unwait: Statement
    let entries: RowsStatement
    let conversations: RowsStatement
    let waits: RowsStatement

    init(_ db: Database) throws {
        begin = try db.makeStatement(sql: "BEGIN IMMEDIATE")
        commit = try db.makeStatement(sql: "COMMIT")
        message = try db.makeStatement(
            sql: """
                INSERT INTO message (id, owner, key, inner_key, correspondent, digest, flags, waits, sealed)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                """)
        mark = try db.makeStatement(sql: "INSERT INTO mark (session, h, updated) VALUES (?1, ?2, ?3)")
        acknowledge = try db.makeStatement(
            sql: """
                INSERT INTO acknowledged (id) SELECT id FROM message WHERE id = ?2 AND owner = ?1 AND waits = 1
                ON CONFLICT DO NOTHING
                """)
        unwait = try db.makeStatement(sql: "DELETE FROM pending WHERE owner = ?1 AND id = ?2")
        // FAIL leaves undoing to the transaction. With the usual ABORT each page is copied before it is changed, so that
        // one statement of many rows can be undone.
        entries = try RowsStatement(db, columns: 3) { rows in
            "INSERT OR FAIL INTO entry (owner, id, digest) VALUES \(rows)"
        }
        conversations = try RowsStatement(db, columns: 3) { rows in
            "INSERT OR FAIL INTO conversation (owner, correspondent, id) VALUES \(rows)"
        }
        waits = try RowsStatement(db, columns: 2) { rows in "INSERT OR FAIL INTO pending (owner, id) VALUES \(rows)" }
    }

    /// One synced transaction: commits when `body` returns, and leaves no trace if it throws.
    func transaction<R>(_ db: Database, _ body: () throws -> R) throws -> R {
        try begin.execute()
        do {
            let result = try body()
            try commit.execute()
            return result
        } catch {
            // The first failure is the one to tell.
            try? db.rollback()
            throw error
        }
    }
}
