package import Consent
import GRDB

/// What is known about a person, in kinds and counts: the answer to "what do you know".
package struct Facts: Hashable, Sendable {
    /// One kind of row.
    package struct Kind: Hashable, Sendable {
        /// A table's plain name, such as `messages`.
        package let name: String
        package let count: Int
        /// Milliseconds since 1970 of the oldest and newest, where rows have a time.
        package let oldest: Int64?
        package let newest: Int64?
    }

    package let created: Int64
    package let kinds: [Kind]
    /// Permits used, by purpose, since the beginning.
    package let uses: [PurposeCode: Int]
}

extension Snapshot {
    /// The ledger of a person, oldest first.
    package func ledger(of person: PersonID) throws(StoreError) -> [Decision] {
        try sql.rows(
            "SELECT id, purpose, action, terms, region, at FROM ledger WHERE owner = ?1 ORDER BY id",
            person.rawValue
        ) { row in
            guard let purpose = PurposeCode(rawValue: row[1]), let action = Decision.Action(rawValue: row[2]),
                let region = Region(row[4])
            else { throw StoreError.damaged(Content.fileName) }
            return Decision(
                id: DecisionID(rawValue: row[0]), person: person, purpose: purpose, action: action, terms: row[3],
                region: region, at: row[5])
        }
    }

    /// Kinds, counts and ages of what lies in content for a person.
    package func facts(about person: PersonID) throws(StoreError) -> Facts {
        guard let account = try self.person(person) else { throw .noSuchPerson }
        var kinds: [Facts.Kind] = []
        let recent = try recentMessages(of: person)
        let messages = try sql.row(
            "SELECT count(*), min(id), max(id) FROM \(Tail.messages(recent: "?2"))", person.rawValue,
            SQL.list(recent.map(\.id))
        ) { row in
            Facts.Kind(
                name: "messages", count: row[0],
                oldest: (row[1] as Int64?).map { ArchiveID(rawValue: $0).milliseconds },
                newest: (row[2] as Int64?).map { ArchiveID(rawValue: $0).milliseconds })
        }
        if let messages { kinds.append(messages) }
        let pending = try sql.number("SELECT count(*) FROM pending WHERE owner = ?1", person.rawValue)
        let waiting = Int(pending) + recent.count(where: \.waits)
        kinds.append(Facts.Kind(name: "messages waiting", count: waiting, oldest: nil, newest: nil))
        let counted: [(name: String, sql: String)] = [
            ("contacts", "SELECT count(*) FROM kept WHERE owner = ?1 AND kind = 1"),
            ("blocked addresses", "SELECT count(*) FROM kept WHERE owner = ?1 AND kind = 2"),
            ("private notes and settings", "SELECT count(*) FROM kept WHERE owner = ?1 AND kind IN (4, 5, 6)"),
            ("conversations by number", "SELECT count(*) FROM face WHERE owner = ?1"),
            ("sessions", "SELECT count(*) FROM sm_session WHERE owner = ?1"),
            ("texts to the phone network", "SELECT count(*) FROM outgoing WHERE owner = ?1"),
            ("days with counted use", "SELECT count(DISTINCT day) FROM uses WHERE owner = ?1"),
            ("decisions", "SELECT count(*) FROM ledger WHERE owner = ?1"),
            ("receipts and records", "SELECT count(*) FROM evidence WHERE owner = ?1"),
            ("looks by administrators", "SELECT count(*) FROM look WHERE owner = ?1")
        ]
        for kind in counted {
            let count = try sql.number(kind.sql, person.rawValue)
            kinds.append(Facts.Kind(name: kind.name, count: Int(count), oldest: nil, newest: nil))
        }
        let uses = try sql.rows(
            "SELECT purpose, sum(count) FROM uses WHERE owner = ?1 GROUP BY purpose", person.rawValue
        ) { row in (PurposeCode(rawValue: row[0]), row[1] as Int) }
        let known = uses.compactMap { use in use.0.map { ($0, use.1) } }
        return Facts(created: account.created, kinds: kinds, uses: Dictionary(known) { $0 + $1 })
    }

    /// How many rows of content lie under a key.
    package func rowCount(under key: KeyID, owner: PersonID) throws(StoreError) -> Int {
        Int(
            try sql.number(
                """
                SELECT (SELECT count(*) FROM message WHERE id IN \(Tail.messages(recent: "?3")) AND (key = ?2 OR inner_key = ?2))
                    + (SELECT count(*) FROM face WHERE owner = ?1 AND key = ?2)
                    + (SELECT count(*) FROM outgoing WHERE owner = ?1 AND key = ?2)
                    + (SELECT count(*) FROM incoming_part WHERE owner = ?1 AND key = ?2)
                """, owner.rawValue, key.rawValue, SQL.list(try recentMessages(of: owner).map(\.id))))
    }

    /// A stream-management session that was alive before: whose it is and how far the disk says it came.
    package func session(_ id: String) throws(StoreError) -> (owner: PersonID, h: UInt32)? {
        try sql.row("SELECT owner, coalesce(\(MarkedSessions.last("h")), h) FROM sm_session WHERE id = ?1", id) { row in
            guard let owner = PersonID(rawValue: row[0]) else { throw StoreError.damaged(Content.fileName) }
            return (owner, UInt32(truncatingIfNeeded: row[1] as Int64))
        }
    }

    /// Texts on their way to the phone network that reach nobody without it: the sender's copy and its owner.
    package func textsByNetworkAlone() throws(StoreError) -> [(message: ArchiveID, owner: PersonID)] {
        try sql.rows(
            """
            SELECT outgoing.message, outgoing.owner FROM outgoing
            JOIN message ON message.id = outgoing.message AND message.owner = outgoing.owner
            WHERE outgoing.state IN (0, 1)
            """
        ) { row in
            guard let owner = PersonID(rawValue: row[1]) else { throw StoreError.damaged(Content.fileName) }
            return (ArchiveID(rawValue: row[0]), owner)
        }
    }

    /// Texts that wait for their time because an acknowledgement may spare them: of whom, for which message.
    package func waitingTexts() throws(StoreError) -> [(message: ArchiveID, owner: PersonID)] {
        try sql.rows("SELECT message, owner FROM outgoing WHERE state = 0 AND message IS NOT NULL") { row in
            guard let owner = PersonID(rawValue: row[1]) else { throw StoreError.damaged(Content.fileName) }
            return (ArchiveID(rawValue: row[0]), owner)
        }
    }
}
