package import Consent
import GRDB

extension KeysTransaction {
    /// People after `last` with a yes to a purpose older than the version that changed it, in the order of their numbers.
    func people(staleUnder terms: Terms, after last: PersonID?, limit: Int) throws(StoreError) -> [PersonID] {
        let conditions = PurposeCode.allCases.compactMap { purpose -> String? in
            let changed = terms.version(inWhichChanged: purpose)
            return changed > 1 ? "(use = '\(purpose.rawValue)' AND terms < \(changed))" : nil
        }
        guard !conditions.isEmpty else { return [] }
        return try sql.rows(
            """
            SELECT DISTINCT owner FROM key WHERE owner > ?1 AND terms IS NOT NULL
            AND (\(conditions.joined(separator: " OR "))) ORDER BY owner LIMIT ?2
            """, last?.rawValue ?? 0, limit
        ) { row in
            guard let owner = PersonID(rawValue: row[0]) else { throw StoreError.damaged(KeysFile.fileName) }
            return owner
        }
    }

    /// How many yeses there are to each purpose that `terms` don't make stale.
    func yeses(under terms: Terms) throws(StoreError) -> PeopleByPurpose {
        // One pass over the table: a withdrawal waits for whoever reads this file.
        let counts = try sql.rows(
            "SELECT use, terms, count(*) FROM key WHERE terms IS NOT NULL GROUP BY use, terms"
        ) { row in (use: row[0] as String, terms: row[1] as Int64, count: row[2] as Int) }
        var yeses: PeopleByPurpose = [:]
        for purpose in PurposeCode.allCases {
            let since = Int64(terms.version(inWhichChanged: purpose))
            yeses[purpose] = counts.filter { $0.use == purpose.rawValue && $0.terms >= since }.reduce(0) {
                $0 + $1.count
            }
        }
        return yeses
    }

    /// Forgets every number that waits for its code: what was agreed to by typing it has changed.
    ///
    /// - Returns: how many there were.
    func dropClaims() throws(StoreError) -> Int {
        try sql.change("DELETE FROM code")
    }
}

extension KeysFile {
    /// How many people's yes to each purpose stands under `terms`. Blocks for a disk read.
    package func yeses(under terms: Terms) throws(StoreError) -> PeopleByPurpose {
        try read { (keys) throws(StoreError) in try keys.yeses(under: terms) }
    }
}
