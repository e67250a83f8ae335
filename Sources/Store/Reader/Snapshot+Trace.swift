package import Consent
import GRDB

/// What content knows of one message's way: ids, states and times. Nothing of what it says, from whom or to whom.
package struct StoredTrace: Sendable {
    /// One side's row.
    package struct Copy: Sendable {
        package let id: ArchiveID
        package let owner: PersonID
        /// Whether it is still to be confirmed by a device of its owner.
        package let isWaiting: Bool
    }

    /// An SMS that carries the message, or stands in for it.
    package struct SMS: Sendable {
        package let id: ArchiveID
        package let state: OutgoingState
        /// When it may go out, and when its state last changed: milliseconds since 1970.
        package let due: Int64
        package let changed: Int64
        package let segments: [Segment]
    }

    package struct Segment: Sendable {
        /// From 1.
        package let part: Int
        package let state: OutgoingState
        /// When the carrier accepted it, milliseconds since 1970; nil if it didn't, or gave nothing to know it by.
        package let accepted: Int64?
    }

    /// The sender's copy, if there is one.
    package let sender: Copy?
    /// The recipient's copy, if there is one.
    package let recipient: Copy?
    package let sms: [SMS]

    /// Whose messages these are.
    package var owners: Set<PersonID> { Set([sender?.owner, recipient?.owner].compactMap(\.self)) }
}

extension Snapshot {
    /// How far the message came that one of these copies is of; nil if there is no such row.
    package func trace(_ id: ArchiveID) throws(StoreError) -> StoredTrace? {
        let around = [id.rawValue &- 1, id.rawValue, id.rawValue &+ 1]
        let rows = try sql.rows(
            """
            SELECT id, owner, flags, \(Tail.isWaiting) FROM message WHERE id IN (?1, ?2, ?3)
            """, around[0], around[1], around[2]
        ) { row -> (copy: StoredTrace.Copy, hasTwin: Bool) in
            guard let owner = PersonID(rawValue: row[1]) else { throw StoreError.damaged(Content.fileName) }
            let copy = StoredTrace.Copy(id: ArchiveID(rawValue: row[0]), owner: owner, isWaiting: row[3])
            return (copy, (row[2] as Int64) & Text.Copy.hasTwin != 0)
        }
        func row(_ id: Int64) -> (copy: StoredTrace.Copy, hasTwin: Bool)? { rows.first { $0.copy.id.rawValue == id } }
        guard let own = row(around[1]) else { return nil }
        let sender: StoredTrace.Copy?
        let recipient: StoredTrace.Copy?
        if own.hasTwin {
            (sender, recipient) = (own.copy, row(around[2])?.copy)
        } else if let before = row(around[0]), before.hasTwin {
            (sender, recipient) = (before.copy, own.copy)
        } else if try isSent(own.copy) {
            (sender, recipient) = (own.copy, nil)
        } else {
            (sender, recipient) = (nil, own.copy)
        }
        let copies = [sender, recipient].compactMap(\.self)
        var sms: [StoredTrace.SMS] = []
        for owner in Set(copies.map(\.owner)) {
            for copy in copies { sms += try self.sms(of: owner, carrying: copy.id) }
        }
        return StoredTrace(sender: sender, recipient: recipient, sms: sms)
    }

    /// Whether a copy without the other side's is its sender's: the one of a text that only went out by SMS.
    private func isSent(_ copy: StoredTrace.Copy) throws(StoreError) -> Bool {
        try sql.number(
            "SELECT count(*) FROM outgoing WHERE owner = ?1 AND message = ?2", copy.owner.rawValue, copy.id.rawValue)
            > 0
    }

    private func sms(of owner: PersonID, carrying message: ArchiveID) throws(StoreError) -> [StoredTrace.SMS] {
        let texts = try sql.rows(
            "SELECT id, state, due, changed FROM outgoing WHERE owner = ?1 AND message = ?2 ORDER BY id",
            owner.rawValue,
            message.rawValue
        ) { row in (id: row[0] as Int64, state: row[1] as Int64, due: row[2] as Int64, changed: row[3] as Int64) }
        var found: [StoredTrace.SMS] = []
        for text in texts {
            let segments = try sql.rows(
                """
                SELECT segment.part, segment.state, receipt.at FROM segment JOIN outgoing ON outgoing.id = segment.outgoing
                LEFT JOIN receipt ON receipt.route = outgoing.route AND receipt.message_id = segment.message_id
                    AND receipt.outgoing = segment.outgoing AND receipt.part = segment.part
                WHERE segment.outgoing = ?1 ORDER BY segment.part
                """, text.id
            ) { row in
                StoredTrace.Segment(
                    part: row[0], state: OutgoingState(rawValue: row[1]) ?? .unknown, accepted: row[2] as Int64?)
            }
            found.append(
                StoredTrace.SMS(
                    id: ArchiveID(rawValue: text.id), state: OutgoingState(rawValue: text.state) ?? .unknown,
                    due: text.due, changed: text.changed, segments: segments))
        }
        return found
    }

    /// Texts to the phone network that wait for their time or turn.
    package func waitingTextCount() throws(StoreError) -> Int64 {
        try sql.number("SELECT count(*) FROM outgoing WHERE state = 0")
    }
}
