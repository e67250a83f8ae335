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
        // Integers only, and thousands of rows at a time.
        let cursor = try sql.cursor(
            """
            SELECT owner, id, correspondent, digest, waits = 1 FROM message
            WHERE id > \(start) AND id <= \(last) AND owner > \(owner)
            """)
        var rows: [Row] = []
        while try cursor.next() {
            rows.append(
                Row(
                    owner: cursor.integer(0), id: cursor.integer(1), correspondent: cursor.integer(2),
                    digest: cursor.isNull(3) ? nil : cursor.integer(3), waits: cursor.integer(4) == 1))
        }
        // Ids rise already, and owners are few.
        self.rows = rows.sorted { $0.owner == $1.owner ? $0.id < $1.id : $0.owner < $1.owner }
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

    /// In the order of owners, correspondents and ids.
    static func byCorrespondent(_ rows: ArraySlice<Row>) -> [Row] {
        rows.sorted { one, other in
            if one.owner != other.owner { return one.owner < other.owner }
            return one.correspondent == other.correspondent
                ? one.id < other.id : one.correspondent < other.correspondent
        }
    }
}
