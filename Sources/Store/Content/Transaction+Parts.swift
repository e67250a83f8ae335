package import Consent
import GRDB

/// One part of a longer text that comes by SMS, kept until the others are here.
package struct IncomingPart: Sendable {
    package let id: ArchiveID
    package let owner: PersonID
    /// As the caller packed it, to be read by what hands it on.
    package let content: Disclosure<ClientStanza>
}

/// What the way out to SMS asks of content beyond the queue itself.
extension Transaction {
    /// When the next waiting text of a route is due, in milliseconds since 1970.
    package func nextDue(route: String) throws(StoreError) -> Int64? {
        try sql.row("SELECT min(due) FROM outgoing WHERE route = ?1 AND state = 0", route) { $0[0] as Int64? } ?? nil
    }

    /// A text and its state; nil if it is gone or its owner's *sms* doesn't stand.
    package func outgoing(_ id: ArchiveID) throws(StoreError) -> (text: OutgoingText, state: OutgoingState)? {
        let row = try sql.row(
            "SELECT owner, message, route, state, due, key, sealed, recipient FROM outgoing WHERE id = ?1", id.rawValue
        ) { row -> (OutgoingState, PersonID, Int64?, String, Int64, Sealed<SMSContent>, PersonID?) in
            guard let owner = PersonID(rawValue: row[0]), let state = OutgoingState(rawValue: row[3]) else {
                throw StoreError.damaged(Content.fileName)
            }
            let sealed = Sealed<SMSContent>(owner: owner, key: KeyID(rawValue: row[5]), stored: row.bytes(6))
            return (state, owner, row[1], row[2], row[4], sealed, try standsIn(row[7]))
        }
        guard let (state, owner, message, route, due, sealed, recipient) = row else { return nil }
        let content = try? vault.withPermit(SMS.self, for: owner) { (permit) throws(Denied) in
            try permit.open(sealed, at: Place("outgoing.sealed", owner: owner, row: id.rawValue))
        }
        guard let content else { return nil }
        let text = OutgoingText(
            id: id, owner: owner, message: message.map { ArchiveID(rawValue: $0) }, recipient: recipient, route: route,
            content: content, due: due)
        return (text, state)
    }

    /// Whether the row of a text is there, be it readable or not.
    package func hasOutgoing(_ id: ArchiveID) throws(StoreError) -> Bool {
        try sql.number("SELECT count(*) FROM outgoing WHERE id = ?1", id.rawValue) > 0
    }

    /// The text whose segment went out under the network's `messageID`.
    package func outgoing(messageID: String, route: String) throws(StoreError) -> ArchiveID? {
        let id = try sql.row(
            "SELECT outgoing FROM receipt WHERE route = ?1 AND message_id = ?2", route, messageID
        ) { $0[0] as Int64? }
        return (id ?? nil).map { ArchiveID(rawValue: $0) }
    }

    /// Makes a message id of our own choosing free for another segment.
    ///
    /// - Returns: false, and nothing is changed, while a segment younger than `age` (milliseconds) awaits its receipt
    ///   under it.
    package func free(messageID: String, route: String, age: Int64) throws(StoreError) -> Bool {
        let awaited = try sql.number(
            """
            SELECT count(*) FROM receipt
            WHERE route = ?1 AND message_id = ?2 AND outgoing IS NOT NULL AND state IS NULL AND at > ?3
            """, route, messageID, now - age)
        guard awaited == 0 else { return false }
        try sql.run("DELETE FROM receipt WHERE route = ?1 AND message_id = ?2", route, messageID)
        return true
    }

    /// When a route last stored a text or a part of one, in milliseconds since 1970.
    package func lastIncoming(route: String) throws(StoreError) -> Int64? {
        try sql.row("SELECT max(at) FROM incoming WHERE route = ?1 AND at <= ?2", route, now) { $0[0] as Int64? } ?? nil
    }

    // MARK: Parts of incoming texts

    /// Keeps a part, sealed under the owner's `sms` key.
    package func keep(part content: [UInt8], route: String, owner: PersonID) throws(StoreError) -> ArchiveID {
        let id = nextID()
        let sealed = try vault.permitting(SMS.self, owner) { (permit) throws(Denied) in
            try permit.seal(content, as: SMSPart.self, at: Self.place(ofPart: id, owner))
        }
        try sql.run(
            "INSERT INTO incoming_part (id, owner, route, key, sealed) VALUES (?1, ?2, ?3, ?4, ?5)", id.rawValue,
            owner.rawValue, route, sealed.key.rawValue, Bytes(sealed.stored))
        return id
    }

    /// The kept parts of a route, oldest first, as far as their owners' *sms* stands.
    package func parts(route: String) throws(StoreError) -> [IncomingPart] {
        let rows = try sql.rows(
            "SELECT id, owner, key, sealed FROM incoming_part WHERE route = ?1 ORDER BY id", route
        ) { row -> (ArchiveID, Sealed<SMSPart>) in
            guard let owner = PersonID(rawValue: row[1]) else { throw StoreError.damaged(Content.fileName) }
            let sealed = Sealed<SMSPart>(owner: owner, key: KeyID(rawValue: row[2]), stored: row.bytes(3))
            return (ArchiveID(rawValue: row[0]), sealed)
        }
        var parts: [IncomingPart] = []
        for (id, sealed) in rows {
            let content = try? vault.withPermit(SMS.self, for: sealed.owner) { (permit) throws(Denied) in
                try permit.open(sealed, at: Self.place(ofPart: id, sealed.owner))
            }
            if let content { parts.append(IncomingPart(id: id, owner: sealed.owner, content: content)) }
        }
        return parts
    }

    /// Lets go of kept parts.
    ///
    /// - Returns: how many were there.
    package func drop(parts: [ArchiveID]) throws(StoreError) -> Int {
        var count = 0
        for part in parts { count += try sql.change("DELETE FROM incoming_part WHERE id = ?1", part.rawValue) }
        return count
    }

    private static func place(ofPart id: ArchiveID, _ owner: PersonID) -> Place {
        Place("incoming_part.sealed", owner: owner, row: id.rawValue)
    }
}
