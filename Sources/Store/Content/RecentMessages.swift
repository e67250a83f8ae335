import Synchronization

/// Whose the messages of the tail are: what finds them until they stand in the indexes (``Tail``).
///
/// The writer alone changes it. What a transaction stores comes in before its commit, as what it deletes and acknowledges is
/// gone before; what it indexes goes only after. So it never lacks what is in the database, unless a snapshot is
/// from before some were indexed: then it says so. What a snapshot doesn't show yet, it may have.
final class RecentMessages: Sendable {
    struct Row: Sendable {
        let id: Int64
        let correspondent: Int64
        let digest: Int64?
        /// Whether a client of the owner has to acknowledge it.
        var waits: Bool
    }

    /// What a transaction does to them besides indexing some.
    struct Changes: Sendable {
        var stored: [(owner: Int64, row: Row)] = []
        var acknowledged: [(owner: Int64, id: Int64)] = []
        var deleted: [Int64: Set<Int64>] = [:]
    }

    private struct State {
        var reach: Reach
        /// Those after the owner's reach, in the order of their ids; of the one whose turn it is in a pass, all that they had
        /// before it: cutting off some with each batch would copy the others each time.
        var rows: [Int64: [Row]] = [:]
        var count = 0
    }

    /// Nil where no writer is.
    private let state = Mutex<State?>(nil)

    /// How many there are.
    var count: Int { state.withLock { $0?.count ?? 0 } }

    /// Those of an owner after an id, in the order of their ids; nil if it can't be told, as the snapshot that shows those is
    /// older than what is known here.
    func rows(of owner: Int64, after start: Int64) -> ArraySlice<Row>? {
        state.withLock { state in
            guard let state, state.reach.end(of: owner) <= start else { return nil }
            let rows = state.rows[owner] ?? []
            return rows[rows.firstPlace(after: start)...]
        }
    }

    /// Who has some up to an id that aren't indexed, in the order of their numbers.
    func owners(through last: Int64, reach: Reach) -> [Int64] {
        // Gone through outside: readers needn't wait for that.
        let all = state.withLock { $0?.rows ?? [:] }
        return all.compactMap { owner, rows in
            let place = rows.firstPlace(after: reach.end(of: owner))
            return place < rows.count && rows[place].id <= last ? owner : nil
        }.sorted()
    }

    // MARK: What the writer tells

    /// Forgets everything and reads what the disk has.
    func read(_ sql: SQL, reach: Reach) throws(StoreError) {
        var rows: [Int64: [Row]] = [:]
        var count = 0
        // Integers only, and tens of thousands of rows.
        let cursor = try sql.cursor(
            """
            SELECT owner, id, correspondent, digest, \(Tail.waits) FROM message WHERE id > \(reach.indexed)
            ORDER BY id
            """)
        while try cursor.next() {
            let (owner, row) = (cursor.integer(0), Row(cursor, at: 1))
            guard row.id > reach.end(of: owner) else { continue }
            rows[owner, default: []].append(row)
            count += 1
        }
        state.withLock { [rows, count] in $0 = State(reach: reach, rows: rows, count: count) }
    }

    /// To be called before the commit of these changes.
    func apply(_ changes: Changes) {
        state.withLock { state in
            guard var new = state.take() else { return }
            for (owner, row) in changes.stored { new.rows[owner, default: []].append(row) }
            new.count += changes.stored.count
            for (owner, id) in changes.acknowledged { new.rows[owner]?.acknowledge(id) }
            for (owner, ids) in changes.deleted {
                new.count -= new.rows[owner]?.count ?? 0
                new.rows[owner]?.removeAll { ids.contains($0.id) }
                new.count += new.rows[owner]?.count ?? 0
                if new.rows[owner]?.isEmpty == true { new.rows[owner] = nil }
            }
            state = new
        }
    }

    /// The indexes reach so far now; to be called after the commit, with whose messages have gone into them.
    func forget(upTo reach: Reach, of owners: Set<Int64>) {
        state.withLock { state in
            guard var new = state.take() else { return }
            for owner in owners where owner != reach.owner {
                guard let rows = new.rows.removeValue(forKey: owner) else { continue }
                let gone = rows.firstPlace(after: reach.end(of: owner))
                new.count -= gone
                if gone < rows.count { new.rows[owner] = Array(rows[gone...]) }
            }
            new.reach = reach
            state = new
        }
    }
}

extension RecentMessages.Row {
    /// From the columns `id`, `correspondent`, `digest` and whether it waits.
    init(_ cursor: BareCursor, at column: CInt) {
        self.init(
            id: cursor.integer(column), correspondent: cursor.integer(column + 1),
            digest: cursor.isNull(column + 2) ? nil : cursor.integer(column + 2), waits: cursor.integer(column + 3) == 1
        )
    }
}

extension [RecentMessages.Row] {
    /// Where those after an id begin.
    fileprivate func firstPlace(after id: Int64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = low + (high - low) / 2
            if self[middle].id <= id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    fileprivate mutating func acknowledge(_ id: Int64) {
        let place = firstPlace(after: id) - 1
        if place >= 0, self[place].id == id { self[place].waits = false }
    }
}
