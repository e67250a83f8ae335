import GRDB

/// The newest messages of a region, which stand in no index yet.
///
/// An index entry of its own for every message would touch a page of its own, and pages written are most of what storing
/// costs. So messages are only appended, and many are indexed at once, sorted, when the tail has grown long or nothing
/// more comes: the more, the more of them share a page. Until then ``RecentMessages`` says whose they are. Whoever reads an
/// owner's messages reads the index and then those.
///
/// So that nobody waits for that, a long tail is indexed by and by, some with each batch (``Pass``): for owners who had
/// their turn the tail begins later than for the others (``Reach``).
struct Tail: Sendable {
    /// How many a pass leaves: what was just sent is about to be acknowledged.
    static let rest = 512
    /// The most messages in it when a pass begins, give or take a batch.
    static let limit = 65_536
    /// How many more are indexed at once when nothing comes: who comes meanwhile waits for no more than these.
    static let step = 256

    /// For this store; a test may want less.
    var limit = Self.limit
    /// How many messages a batch indexes at least, which is a few milliseconds' work.
    var slice = 256
    var reach: Reach
    /// What is being indexed.
    var pass: Pass?
    /// Whether acknowledgements may be left of messages that are indexed, where they no longer matter.
    var hasOldAcknowledged = true
    /// Whose messages the open transaction has indexed.
    var indexed: Set<Int64> = []
    /// What the open transaction has done to the messages besides.
    var changes = RecentMessages.Changes()
    /// How many marks there are of how far sessions have come.
    var marks: Int
    let sessions = MarkedSessions()

    /// As the disk has it; `recent` is read too.
    init(_ sql: SQL, _ recent: RecentMessages) throws(StoreError) {
        reach = try Reach(sql)
        marks = Int(try sql.number("SELECT count(*) FROM mark"))
        try recent.read(sql, reach: reach)
        if reach.isMoving { pass = Pass(last: reach.last, owners: recent.owners(through: reach.last, reach: reach)) }
    }

    /// Whether nothing is under way, for now.
    var isResting: Bool { pass == nil && marks == 0 && !hasOldAcknowledged }

    // MARK: What others ask with

    /// The ids of all messages of the owner `?1`; the parameter has those of the tail, as ``SQL/list(_:)`` writes them.
    static func messages(recent parameter: String) -> String {
        "(SELECT id FROM entry WHERE owner = ?1 UNION ALL SELECT value FROM json_each(\(parameter)))"
    }

    /// Whether a row of `message` waits for a client of its owner.
    static let isWaiting = """
        (CASE WHEN message.id > \(Reach.end(of: "message.owner")) THEN \(waits)
            ELSE EXISTS (SELECT 1 FROM pending WHERE owner = message.owner AND id = message.id) END)
        """

    /// Whether a row of `message` in the tail waits.
    static let waits = "(waits IS 1 AND message.id NOT IN (SELECT id FROM acknowledged))"
}

extension Transaction {
    /// An owner's messages that aren't indexed, with this transaction's own.
    func recentMessages(of owner: Int64) throws(StoreError) -> [RecentMessages.Row] {
        var rows = Array(try knownMessages(of: owner))
        for (other, row) in tail.changes.stored where other == owner { rows.append(row) }
        guard let deleted = tail.changes.deleted[owner] else { return rows }
        return rows.filter { !deleted.contains($0.id) }
    }

    /// Those that earlier transactions have stored.
    private func knownMessages(of owner: Int64) throws(StoreError) -> ArraySlice<RecentMessages.Row> {
        // Only a snapshot can be older than what memory knows.
        guard let rows = recent.rows(of: owner, after: tail.reach.end(of: owner)) else {
            throw .damaged(Content.fileName)
        }
        return rows
    }

    /// Goes on with the tail though it may be short: nobody else has anything to do.
    func indexStep() throws(StoreError) {
        try settleMarks()
        if tail.pass == nil { try beginPass(leaving: 0) }
        try indexSlice(of: Tail.step)
        try dropAcknowledged(atMost: Tail.step)
    }

    /// Goes on with the tail, if it is long: a share of it, and more of it the more the batch has stored. The last thing that a
    /// transaction does: what it has stored can't be undone by itself any more.
    ///
    /// - Throws: only what ends the writer: memory has the changes already.
    func indexSome() throws(StoreError) {
        let stored = tail.changes.stored.count
        if tail.marks > MarkedSessions.markLimit { try settleMarks() }
        applyChanges()
        if tail.pass == nil, recent.count > tail.limit { try beginPass(leaving: Tail.rest) }
        let share = max(tail.slice, 2 * stored)
        do throws(StoreError) {
            try indexSlice(of: share)
            try dropAcknowledged(atMost: share)
        } catch {
            throw error.isFatal ? error : .damaged(Content.fileName)
        }
    }

    func applyChanges() {
        recent.apply(tail.changes)
        tail.changes = RecentMessages.Changes()
    }

    func beginPass(leaving rest: Int) throws(StoreError) {
        let last = try sql.number("SELECT id FROM message ORDER BY id DESC LIMIT 1 OFFSET ?1", rest)
        guard last > tail.reach.indexed else { return }
        tail.pass = Pass(last: last, owners: recent.owners(through: last, reach: tail.reach))
    }

    /// Indexes the next messages, so many if there are.
    func indexSlice(of count: Int) throws(StoreError) {
        guard var pass = tail.pass else { return }
        var reach = tail.reach
        let rows = try pass.take(count, &reach, rows: knownMessages)
        try statements.entries.run(rows[...], sql) { row, values in
            values.append(row.owner)
            values.append(row.message.id)
            values.append(row.message.digest)
        }
        try statements.conversations.run(Pass.byCorrespondent(rows)[...], sql) { row, values in
            values.append(row.owner)
            values.append(row.message.correspondent)
            values.append(row.message.id)
        }
        try statements.waits.run(rows.filter(\.message.waits)[...], sql) { row, values in
            values.append(row.owner)
            values.append(row.message.id)
        }
        if pass.isDone { tail.hasOldAcknowledged = true }
        try reach.write(sql)
        tail.indexed.formUnion(rows.lazy.map(\.owner))
        // Whose turn it was may have had nothing more.
        tail.indexed.insert(tail.reach.owner)
        (tail.reach, tail.pass) = (reach, pass.isDone ? nil : pass)
    }

    /// Takes acknowledgements of indexed messages away, some at a time.
    private func dropAcknowledged(atMost count: Int) throws(StoreError) {
        guard tail.hasOldAcknowledged else { return }
        let gone = try sql.change(
            """
            DELETE FROM acknowledged
            WHERE id IN (SELECT id FROM acknowledged WHERE id <= ?1 ORDER BY id LIMIT ?2)
            """, tail.reach.indexed, count)
        tail.hasOldAcknowledged = gone == count
    }

    /// Takes messages of an owner out of every table.
    ///
    /// `condition` is SQL about a row of `message`; `?1` is the owner, `?2` is `key`.
    func deleteMessages(of owner: Int64, where condition: String = "1", key: Int64 = 0) throws(StoreError) {
        let recent = try recentMessages(of: owner)
        let gone = try sql.rows(
            """
            DELETE FROM message WHERE id IN \(Tail.messages(recent: "?3")) AND owner = ?1 AND (\(condition))
            RETURNING id, correspondent, ?2
            """, owner, key, SQL.list(recent.map(\.id))
        ) { row in (id: row[0] as Int64, correspondent: row[1] as Int64) }
        for message in gone {
            try sql.runBare("DELETE FROM acknowledged WHERE id = ?1", [message.id])
            try sql.runBare("DELETE FROM entry WHERE owner = ?1 AND id = ?2", [owner, message.id])
            try sql.runBare(
                "DELETE FROM conversation WHERE owner = ?1 AND correspondent = ?2 AND id = ?3",
                [owner, message.correspondent, message.id])
            try sql.runBare("DELETE FROM pending WHERE owner = ?1 AND id = ?2", [owner, message.id])
        }
        let end = tail.reach.end(of: owner)
        tail.changes.deleted[owner, default: []].formUnion(gone.lazy.map(\.id).filter { $0 > end })
    }
}
