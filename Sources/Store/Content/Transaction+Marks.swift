import Synchronization

/// Sessions that are known to be there, of those that marks came for: not every mark asks the disk. Confined to the writer.
///
/// A mark of one that isn't there after all changes nothing, so what a transaction adds needn't be undone with it.
final class MarkedSessions: Sendable {
    /// How many are remembered at most.
    static let limit = 100_000
    /// The most marks before they are written where their sessions are, give or take a batch.
    static let markLimit = 4_096

    private let ids = Mutex<Set<String>>([])

    func contains(_ id: String) -> Bool {
        ids.withLock { $0.contains(id) }
    }

    func insert(_ id: String) {
        ids.withLock { ids in
            if ids.count >= Self.limit { ids = [] }
            ids.insert(id)
        }
    }

    func remove(_ id: String) {
        ids.withLock { _ = $0.remove(id) }
    }

    func removeAll() {
        ids.withLock { $0 = [] }
    }

    /// A column of the last mark of a row of `sm_session`; NULL if it has none.
    static func last(_ column: String) -> String {
        "(SELECT mark.\(column) FROM mark WHERE mark.session = sm_session.id ORDER BY mark.id DESC LIMIT 1)"
    }
}

extension Transaction {
    /// Stores how far a session has come: the last mark counts.
    func mark(_ mark: SessionMark) throws(StoreError) {
        // Not for a session that ended meanwhile, with its person perhaps.
        if !tail.sessions.contains(mark.session) {
            guard try sql.number("SELECT 1 FROM sm_session WHERE id = ?1", mark.session) == 1 else { return }
            tail.sessions.insert(mark.session)
        }
        try sql.runBare(statements.mark, text: mark.session, [Int64(mark.h), now])
        tail.marks += 1
    }

    /// Writes the last marks where their sessions are. Those of sessions that ended go.
    func settleMarks() throws(StoreError) {
        guard tail.marks > 0 else { return }
        // With max() the other columns are those of its row.
        try sql.runBare(
            """
            UPDATE sm_session SET h = last.h, updated = last.updated
            FROM (SELECT session, h, updated, max(id) FROM mark GROUP BY session) AS last
            WHERE sm_session.id = last.session
            """, [])
        try sql.runBare("DELETE FROM mark", [])
        tail.marks = 0
    }
}
