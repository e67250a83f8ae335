import GRDB

/// The newest messages of a region, which stand in no index yet.
///
/// An index entry of its own for every message would touch a page of its own, and pages written are most of what storing
/// costs. So messages are only appended, and many are indexed at once, sorted, when the tail has grown long or nothing
/// more comes. Whoever reads an owner's messages reads the index and then looks through the tail.
///
/// So that nobody waits for that, a long tail is indexed owner by owner, some with each batch (``Pass``): for owners who had
/// their turn the tail begins later than for the others.
struct Tail: Sendable {
    /// The most messages in it when a pass begins, give or take a batch: looking through them takes less than a millisecond.
    static let limit = 4_096
    /// How many a pass leaves: what was just sent is about to be acknowledged.
    static let rest = 512

    /// The last message that is indexed, whosever it is.
    var start: Int64
    /// What is being indexed after it.
    var pass: Pass?
    /// How many of those a batch takes at least, which is a few milliseconds' work.
    var slice = 256
    /// How many there are after `start`; too many rather than too few.
    var count: Int
    /// How many marks there are of how far sessions have come.
    var marks: Int
    /// Sessions that are known to be there, of those that marks came for.
    var sessions: Set<String> = []
    /// How many of them are remembered at most.
    static let sessionLimit = 100_000

    init(_ sql: SQL) throws(StoreError) {
        start = try sql.number("SELECT value FROM high_water WHERE name = 'indexed'")
        count = Int(try sql.number("SELECT count(*) FROM message WHERE id > ?1", start))
        marks = Int(try sql.number("SELECT count(*) FROM mark"))
        let owner = try sql.number("SELECT value FROM high_water WHERE name = 'indexing owner'")
        guard owner > 0 else { return }
        let last = try sql.number("SELECT value FROM high_water WHERE name = 'indexing'")
        pass = try Pass(sql, from: start, through: last, afterOwner: owner)
    }

    /// Whether it is to be indexed but for the rest.
    var isLong: Bool { count > Self.limit }
    /// Whether marks are to be written where their sessions are.
    var hasManyMarks: Bool { marks > Self.limit }

    /// The last message of an owner that is indexed.
    func start(of owner: Int64) -> Int64 {
        guard let pass, owner <= pass.owner else { return start }
        return pass.last
    }

    // MARK: What others ask with

    /// Rows of `message` that are in the tail of the owner `?1`.
    static let isIn = isIn(of: "?1")

    /// Rows of `message` that are in the tail of an owner.
    static func isIn(of owner: String) -> String {
        """
        message.id > (CASE WHEN \(owner) <= (SELECT value FROM high_water WHERE name = 'indexing owner')
            THEN (SELECT value FROM high_water WHERE name = 'indexing')
            ELSE (SELECT value FROM high_water WHERE name = 'indexed') END)
        """
    }

    /// The ids of all messages of the owner `?1`.
    static let messages = "(SELECT id FROM entry WHERE owner = ?1 UNION ALL \(recent))"

    /// The ids of the messages of the owner `?1` that a client has to acknowledge.
    static let waiting = """
        (SELECT id FROM pending WHERE owner = ?1 UNION ALL \(recent) AND \(waits))
        """

    /// Rows in the tail that wait.
    static let waits = "waits = 1 AND message.id NOT IN (SELECT id FROM acknowledged)"

    /// A column of the last mark of a row of `sm_session`; NULL if it has none.
    static func mark(_ column: String) -> String {
        "(SELECT mark.\(column) FROM mark WHERE mark.session = sm_session.id ORDER BY mark.id DESC LIMIT 1)"
    }

    private static let recent = "SELECT id FROM message WHERE \(isIn) AND message.owner = ?1"
}

extension Transaction {
    /// Indexes all of the tail but for its last `rest` messages.
    func indexTail(leaving rest: Int = 0) throws(StoreError) {
        try settleMarks()
        try indexSlice(of: .max)
        guard tail.count > rest else { return }
        try beginPass(leaving: rest)
        try indexSlice(of: .max)
        tail.count = rest
    }

    /// Goes on with the tail, if it is long: a share of it, and more of it the more the batch has stored.
    func indexSome(stored: Int) throws(StoreError) {
        if tail.hasManyMarks { try settleMarks() }
        if tail.pass == nil, tail.isLong { try beginPass(leaving: Tail.rest) }
        try indexSlice(of: max(tail.slice, 2 * stored))
    }

    func beginPass(leaving rest: Int) throws(StoreError) {
        let last = try sql.number("SELECT id FROM message ORDER BY id DESC LIMIT 1 OFFSET ?1", rest)
        guard last > tail.start else { return tail.count = min(tail.count, rest) }
        tail.pass = try Pass(sql, from: tail.start, through: last)
    }

    /// Indexes the messages of the next owners, so many or more.
    func indexSlice(of count: Int) throws(StoreError) {
        guard var pass = tail.pass else { return }
        let rows = pass.take(count)
        try statements.entries.run(rows, sql) { row, values in
            values.append(row.owner)
            values.append(row.id)
            values.append(row.digest)
        }
        try statements.conversations.run(Pass.byCorrespondent(rows)[...], sql) { row, values in
            values.append(row.owner)
            values.append(row.correspondent)
            values.append(row.id)
        }
        try statements.waits.run(rows.filter(\.waits)[...], sql) { row, values in
            values.append(row.owner)
            values.append(row.id)
        }
        if pass.isDone {
            try sql.runBare("DELETE FROM acknowledged WHERE id <= ?1", [pass.last])
            try sql.runBare("UPDATE high_water SET value = ?1 WHERE name = 'indexed'", [pass.last])
            try sql.runBare("UPDATE high_water SET value = 0 WHERE name = 'indexing owner'", [])
            tail.start = pass.last
            tail.count -= min(pass.count, tail.count)
            tail.pass = nil
        } else {
            try sql.runBare("UPDATE high_water SET value = ?1 WHERE name = 'indexing'", [pass.last])
            try sql.runBare("UPDATE high_water SET value = ?1 WHERE name = 'indexing owner'", [pass.owner])
            tail.pass = pass
        }
    }

    /// Stores how far a session has come: the last mark counts.
    func mark(_ mark: SessionMark) throws(StoreError) {
        // Not for a session that ended meanwhile, with its person perhaps.
        if !tail.sessions.contains(mark.session) {
            guard try sql.number("SELECT 1 FROM sm_session WHERE id = ?1", mark.session) == 1 else { return }
            if tail.sessions.count >= Tail.sessionLimit { tail.sessions = [] }
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

    /// Takes messages of an owner out of every table.
    ///
    /// `condition` is SQL about a row of `message`; `?1` is the owner, `?2` is `key`.
    func deleteMessages(of owner: Int64, where condition: String = "1", key: Int64 = 0) throws(StoreError) {
        try indexTail()
        let gone = try sql.rows(
            """
            DELETE FROM message WHERE id IN (SELECT id FROM entry WHERE owner = ?1) AND owner = ?1 AND (\(condition))
            RETURNING id, correspondent, ?2
            """, owner, key
        ) { row in (id: row[0] as Int64, correspondent: row[1] as Int64) }
        for message in gone {
            try sql.runBare("DELETE FROM entry WHERE owner = ?1 AND id = ?2", [owner, message.id])
            try sql.runBare(
                "DELETE FROM conversation WHERE owner = ?1 AND correspondent = ?2 AND id = ?3",
                [owner, message.correspondent, message.id])
            try sql.runBare("DELETE FROM pending WHERE owner = ?1 AND id = ?2", [owner, message.id])
        }
    }
}
