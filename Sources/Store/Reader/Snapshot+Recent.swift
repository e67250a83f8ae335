import Consent
import GRDB

/// What isn't indexed yet of somebody's messages, as of the snapshot's moment.
extension Snapshot {
    /// An owner's messages of the tail that this snapshot shows, in the order of their ids.
    func recentMessages(of owner: PersonID) throws(StoreError) -> ArraySlice<RecentMessages.Row> {
        let start = try sql.number("SELECT \(Reach.end(of: "?1"))", owner.rawValue)
        guard let rows = recent.rows(of: owner.rawValue, after: start) else {
            return try scannedMessages(of: owner, after: start)
        }
        guard let newest = rows.last else { return rows }
        // What is being committed just now is known already.
        let last = try sql.number("SELECT max(id) FROM message")
        return newest.id <= last ? rows : rows.prefix { $0.id <= last }
    }

    /// The same by looking through the tail: for a moment before the last that memory knows, and where no writer has told it.
    private func scannedMessages(
        of owner: PersonID, after start: Int64
    ) throws(StoreError) -> ArraySlice<RecentMessages.Row> {
        let cursor = try sql.cursor(
            """
            SELECT id, correspondent, digest, \(Tail.waits) FROM message
            WHERE id > \(start) AND owner = \(owner.rawValue)
            ORDER BY id
            """)
        var rows: [RecentMessages.Row] = []
        while try cursor.next() { rows.append(RecentMessages.Row(cursor, at: 0)) }
        return rows[...]
    }

    /// The same moment, for many questions where no writer is: the tail is looked through once.
    func withRecentMessages() throws(StoreError) -> Snapshot {
        let recent = RecentMessages()
        try recent.read(sql, reach: try Reach(sql))
        return Snapshot(sql: sql, vault: vault, recent: recent)
    }
}
