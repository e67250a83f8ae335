/// How far the indexes reach: up to one message for everybody, and while a pass is under way (``Pass``) up to a later one
/// for those who had their turn.
struct Reach: Sendable {
    /// The last message that is indexed, whosever it is.
    var indexed: Int64
    /// The last message of the pass; as long as there is none, no owner is up to ``owner``.
    var last: Int64 = 0
    /// Whose turn it is. For everybody before, what lies up to ``last`` is indexed.
    var owner: Int64 = 0
    /// The last message that is indexed of the one whose turn it is.
    var id: Int64 = 0

    init(indexed: Int64) {
        self.indexed = indexed
    }

    init(_ sql: SQL) throws(StoreError) {
        func number(_ name: String) throws(StoreError) -> Int64 {
            try sql.number("SELECT value FROM high_water WHERE name = ?1", name)
        }
        indexed = try number("indexed")
        (last, owner, id) = (try number("indexing"), try number("indexing owner"), try number("indexing id"))
    }

    /// Whether a pass is under way.
    var isMoving: Bool { owner > 0 }

    /// The last message of an owner that is indexed.
    func end(of owner: Int64) -> Int64 {
        if owner > self.owner { return indexed }
        return owner == self.owner ? id : last
    }

    /// ``end(of:)`` in SQL, of the owner that an expression names.
    static func end(of owner: String) -> String {
        """
        (CASE WHEN \(owner) > (SELECT value FROM high_water WHERE name = 'indexing owner')
            THEN (SELECT value FROM high_water WHERE name = 'indexed')
            WHEN \(owner) = (SELECT value FROM high_water WHERE name = 'indexing owner')
            THEN (SELECT value FROM high_water WHERE name = 'indexing id')
            ELSE (SELECT value FROM high_water WHERE name = 'indexing') END)
        """
    }

    func write(_ sql: SQL) throws(StoreError) {
        try sql.runBare(
            """
            UPDATE high_water
            SET value = CASE name WHEN 'indexed' THEN ?1 WHEN 'indexing' THEN ?2 WHEN 'indexing owner' THEN ?3 ELSE ?4 END
            WHERE name IN ('indexed', 'indexing', 'indexing owner', 'indexing id')
            """, [indexed, last, owner, id])
    }
}
