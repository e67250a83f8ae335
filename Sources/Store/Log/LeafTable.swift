import Consent
import GRDB
import Proof

/// The leaves of one log as content holds them: what the log's files are made of, and made anew from if they are lost.
struct LeafTable: Sendable {
    let content: Content
    let log: Int32

    /// Leaves that a commit has brought to the disk; SQLite shows no reader what isn't synced.
    func count() throws(StoreError) -> Int {
        try content.read { (sql) throws(StoreError) in
            Int(try sql.number("SELECT coalesce(max(idx) + 1, 0) FROM leaf WHERE log = ?1", log))
        }
    }

    /// The commitments at these indices.
    ///
    /// - Throws: `damaged` if some are missing.
    func commitments(_ range: Range<Int>) throws(StoreError) -> [[UInt8]] {
        let found = try content.read { (sql) throws(StoreError) in
            try sql.rows(
                "SELECT commitment FROM leaf WHERE log = ?1 AND idx >= ?2 AND idx < ?3 ORDER BY idx", log,
                range.lowerBound, range.upperBound
            ) { $0.bytes(0) }
        }
        guard found.count == range.count else { throw .damaged(Content.fileName) }
        return found
    }

    /// The leaves below `size` in slices of at most 65,536, so that memory stays small.
    func forEachSlice(below size: Int, from start: Int = 0, _ body: ([[UInt8]]) throws(StoreError) -> Void)
        throws(StoreError)
    {
        var start = start
        while start < size {
            let end = min(size, start + 65_536)
            try body(try commitments(start..<end))
            start = end
        }
    }
}
