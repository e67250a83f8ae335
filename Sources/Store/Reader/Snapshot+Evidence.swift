package import Consent
import GRDB

extension Snapshot {
    /// The receipts and records kept for a person, oldest first.
    package func receipts(of person: PersonID) throws(StoreError) -> [KeptReceipt] {
        let rows = try sql.rows(
            """
            SELECT id, kind, decision, purpose, day, at, log, idx, sealed FROM evidence WHERE owner = ?1 ORDER BY id
            """, person.rawValue
        ) { row -> (KeptReceipt.Kind, Row) in
            guard let kind = KeptReceipt.Kind(code: row[1]) else { throw StoreError.damaged(Content.fileName) }
            return (kind, row.copy())
        }
        var receipts: [KeptReceipt] = []
        receipts.reserveCapacity(rows.count)
        for (kind, row) in rows {
            let id = DecisionID(rawValue: row[0])
            receipts.append(
                KeptReceipt(
                    id: id, owner: person, kind: kind, decision: DecisionID(rawValue: row[2]),
                    purpose: (row[3] as String?).flatMap(PurposeCode.init), day: row[4], at: row[5],
                    bytes: try open(row.bytes(8), at: KeptReceipt.place(id, person), owner: person),
                    leaf: LeafPosition(log: row[6], index: row[7])))
        }
        return receipts
    }

    /// How often permits were used, by purpose, day and yes, oldest first. Without the last second, which isn't on disk.
    package func uses(of person: PersonID) throws(StoreError) -> [UseCount] {
        try sql.rows(
            "SELECT purpose, day, count, decision FROM uses WHERE owner = ?1 ORDER BY day, purpose, decision",
            person.rawValue
        ) { row in
            guard let purpose = PurposeCode(rawValue: row[0]) else { throw StoreError.damaged(Content.fileName) }
            return UseCount(purpose: purpose, day: row[1], count: row[2], decision: DecisionID(rawValue: row[3]))
        }
    }

    /// The administrators' looks at a person, oldest first.
    package func looks(at person: PersonID) throws(StoreError) -> [Look] {
        try sql.rows("SELECT verb, at FROM look WHERE owner = ?1 ORDER BY id", person.rawValue) { row in
            Look(verb: row[0], at: row[1])
        }
    }

    /// When a person who asked to leave will be gone, in milliseconds since 1970; nil if they didn't ask.
    package func leaving(of person: PersonID) throws(StoreError) -> Int64? {
        try sql.row("SELECT due FROM leaving WHERE owner = ?1", person.rawValue) { $0[0] }
    }

    /// People whose leave is due by `now`, milliseconds since 1970, at most 1,000.
    package func leaving(by now: Int64) throws(StoreError) -> [PersonID] {
        let owners = try sql.rows("SELECT owner FROM leaving WHERE due <= ?1 ORDER BY due LIMIT 1000", now) { row in
            PersonID(rawValue: row[0])
        }
        return owners.compactMap { $0 }
    }
}
