package import Consent
import GRDB

/// A page of rows that were read for their owner.
package struct ExportPage<Row: Sendable>: Sendable {
    /// Those that could be opened.
    package let rows: [Row]
    /// Where the next page begins; nil if there is none.
    package let last: ArchiveID?
}

/// A text to the phone network, for its sender.
package struct ExportedText: Sendable {
    package let id: ArchiveID
    package let route: String
    package let state: OutgoingState
    /// As ``SMSContent`` packs it.
    package let content: Disclosure<HTTPBody>
}

/// Reads for the archive of everything about a person. What rests on a purpose is opened under its permit, row by row;
/// rows that none opens any more are left out.
extension Snapshot {
    /// About how many bytes a person's rows take.
    package func exportSize(of owner: PersonID) throws(StoreError) -> Int {
        Int(
            try sql.number(
                """
                SELECT coalesce((SELECT sum(length(sealed) + 256) FROM message WHERE id IN \(Tail.messages(recent: "?2"))), 0)
                    + coalesce((SELECT sum(length(sealed) + 256) FROM outgoing WHERE owner = ?1), 0)
                    + coalesce((SELECT sum(length(sealed) + 1024) FROM evidence WHERE owner = ?1), 0)
                """, owner.rawValue, SQL.list(try recentMessages(of: owner).map(\.id))))
    }

    /// Messages after one, oldest first.
    package func messages(
        of owner: PersonID, after: ArchiveID?, limit: Int
    ) throws(StoreError) -> ExportPage<ArchiveRow> {
        var query = ArchiveQuery()
        query.after = after
        let rows = try sealedRows(of: owner, query, limit: limit).rows
        return ExportPage(
            rows: try open(rows, owner: owner), last: rows.last.map { ArchiveID(rawValue: $0.id) })
    }

    /// When the sessions that may be resumed were last heard of, in milliseconds since 1970.
    package func sessionTimes(of owner: PersonID) throws(StoreError) -> [Int64] {
        try sql.rows(
            "SELECT coalesce(\(MarkedSessions.last("updated")), updated) FROM sm_session WHERE owner = ?1 ORDER BY 1",
            owner.rawValue
        ) { $0[0] }
    }

    /// The faces that the person shows, one a conversation; empty unless *number-texting* stands.
    package func exportedFaces(of owner: PersonID) throws(StoreError) -> [Disclosure<HTTPBody>] {
        let rows = try sql.rows(
            "SELECT pair, key, sealed FROM face WHERE owner = ?1 ORDER BY pair", owner.rawValue
        ) { row in
            (
                pair: row.bytes(0),
                sealed: Sealed<ShownFace>(owner: owner, key: KeyID(rawValue: row[1]), stored: row.bytes(2))
            )
        }
        return try opening(rows) { (row) throws(Denied) in
            try vault.withPermit(NumberTexting.self, for: owner) { (permit) throws(Denied) in
                try permit.export(row.sealed, at: Place("face.sealed", owner: owner, row: row.pair))
            }
        }
    }

    /// Texts to the phone network after one, oldest first; none unless *sms* stands.
    package func exportedTexts(
        of owner: PersonID, after: ArchiveID?, limit: Int
    ) throws(StoreError) -> ExportPage<ExportedText> {
        let rows = try sql.rows(
            """
            SELECT id, route, state, key, sealed FROM outgoing WHERE owner = ?1 AND id > ?2 ORDER BY id LIMIT ?3
            """, owner.rawValue, after?.rawValue ?? -1, limit
        ) { row -> (id: ArchiveID, route: String, state: OutgoingState, sealed: Sealed<SMSContent>) in
            guard let state = OutgoingState(rawValue: row[2]) else { throw StoreError.damaged(Content.fileName) }
            return (
                ArchiveID(rawValue: row[0]), row[1], state,
                Sealed(owner: owner, key: KeyID(rawValue: row[3]), stored: row.bytes(4))
            )
        }
        let texts = try opening(rows) { (row) throws(Denied) in
            let content = try vault.withPermit(SMS.self, for: owner) { (permit) throws(Denied) in
                try permit.export(row.sealed, at: Place("outgoing.sealed", owner: owner, row: row.id.rawValue))
            }
            return ExportedText(id: row.id, route: row.route, state: row.state, content: content)
        }
        return ExportPage(rows: texts, last: rows.last?.id)
    }

    /// Parts of texts that wait for the others, as the carrier delivered them; none unless *sms* stands.
    package func exportedParts(of owner: PersonID) throws(StoreError) -> [Disclosure<HTTPBody>] {
        let rows = try sql.rows(
            "SELECT id, key, sealed FROM incoming_part WHERE owner = ?1 ORDER BY id", owner.rawValue
        ) { row in
            (
                id: row[0] as Int64,
                sealed: Sealed<SMSPart>(owner: owner, key: KeyID(rawValue: row[1]), stored: row.bytes(2))
            )
        }
        return try opening(rows) { (row) throws(Denied) in
            try vault.withPermit(SMS.self, for: owner) { (permit) throws(Denied) in
                try permit.export(row.sealed, at: Place("incoming_part.sealed", owner: owner, row: row.id))
            }
        }
    }

    /// What of the rows opens now.
    private func opening<Sealed, Opened>(
        _ rows: [Sealed], _ open: (Sealed) throws(Denied) -> Opened
    ) throws(StoreError) -> [Opened] {
        var opened: [Opened] = []
        for row in rows {
            do throws(Denied) {
                opened.append(try open(row))
            } catch {
                if error == .unreadable { throw .denied(.unreadable) }
            }
        }
        return opened
    }
}

extension RegionStore {
    /// The person's own number, for themselves; nil unless *number-texting* stands. Blocks for a disk read.
    package func exportedNumber(of person: PersonID) throws(StoreError) -> Disclosure<HTTPBody>? {
        guard let sealed = try keys.number(of: person) else { return nil }
        do throws(Denied) {
            return try vault.withPermit(NumberTexting.self, for: person) { (permit) throws(Denied) in
                try permit.export(sealed, at: OwnNumber.place(of: person))
            }
        } catch {
            if error == .unreadable { throw .denied(.unreadable) }
            return nil
        }
    }
}
