import GRDB

/// Messages of the tail on their way into the index, owner by owner.
struct Pass: Sendable {
    struct Row: Sendable {
        let owner: Int64
        let id: Int64
        let correspondent: Int64
        let digest: Int64?
        /// It was to be acknowledged when it was stored; it may have been meanwhile.
        let waits: Bool
    }

    /// The last message of the pass.
    let last: Int64
    /// Those up to this one have had their turn.
    private(set) var owner: Int64
    /// In the order of owners and ids.
    private let rows: [Row]
    private var next = 0

    /// Reads the messages after `start` up to `last`, of owners after one.
    init(_ sql: SQL, from start: Int64, through last: Int64, afterOwner owner: Int64 = 0) throws(StoreError) {
        self.last = last
        self.owner = owner
        rows = try sql.rows(
            "SELECT owner, id, correspondent, digest, waits = 1 FROM message WHERE id > ?1 AND id <= ?2 AND owner > ?3",
            start, last, owner
        ) { row in
            Row(owner: row[0], id: row[1], correspondent: row[2], digest: row[3], waits: (row[4] as Bool?) ?? false)
        }
        .sorted { ($0.owner, $0.id) < ($1.owner, $1.id) }
    }

    var count: Int { rows.count }
    var isDone: Bool { next == rows.count }

    /// All messages of the next owners: `count` of them, or as many more as their last owner has.
    mutating func take(_ count: Int) -> ArraySlice<Row> {
        let first = next
        next = min(count, rows.count - first) + first
        while next > first, next < rows.count, rows[next].owner == rows[next - 1].owner { next += 1 }
        if next > first { owner = rows[next - 1].owner }
        return rows[first..<next]
    }
}
