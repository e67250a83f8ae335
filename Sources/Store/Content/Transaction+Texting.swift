package import Consent
import GRDB

/// Where a text to the phone network stands.
package enum OutgoingState: Int64, Hashable, Sendable, CaseIterable {
    /// Waits for its time, or for its turn.
    case waiting = 0
    /// Handed to the connector. What is found so after a crash has an unknown outcome.
    case sending = 1
    /// Every segment was accepted by the network.
    case submitted = 2
    /// The network may or may not have it; never sent again by itself.
    case unknown = 3
    case delivered = 4
    case failed = 5

    /// Nothing more is going to happen.
    package var isFinal: Bool { self == .delivered || self == .failed }
}

/// A text for the phone network.
package struct OutgoingText: Sendable {
    package let id: ArchiveID
    package let owner: PersonID
    /// The stored message that it carries, by the id of one of its copies.
    package let message: ArchiveID?
    /// The person here for whom it stands in, since they didn't fetch the message in time.
    package let recipient: PersonID?
    package let route: String
    /// Recipient and text, to be read by what submits them.
    package let content: Disclosure<SMPPSubmit>
    /// When to send, in milliseconds since 1970: now, or after the grace time.
    package let due: Int64
}

/// A row of the queue as it is stored.
private struct WaitingText {
    let id: Int64
    let owner: PersonID
    let message: Int64?
    let recipient: PersonID?
    let sealed: Sealed<SMSContent>
    let due: Int64
}

extension Transaction {
    /// Queues a text; its content, as `SMSContent.packed` makes it, is sealed under the owner's `sms` key.
    ///
    /// One that stands in for a message to `recipient`, who is here, needs their *number-texting* until it has left.
    package func queue(
        content: [UInt8], route: String, due: Int64, message: ArchiveID?, standingInFor recipient: PersonID? = nil,
        owner: PersonID
    ) throws(StoreError) -> ArchiveID {
        let id = nextID()
        let sealed = try vault.permitting(SMS.self, owner) { (permit) throws(Denied) in
            try permit.seal(
                content, as: SMSContent.self, at: Place("outgoing.sealed", owner: owner, row: id.rawValue))
        }
        try sql.run(
            """
            INSERT INTO outgoing (id, owner, message, recipient, route, state, due, changed, key, sealed)
            VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9)
            """, id.rawValue, owner.rawValue, message?.rawValue, recipient?.rawValue, route, due, now,
            sealed.key.rawValue, Bytes(sealed.stored))
        return id
    }

    /// Takes waiting texts whose time has come, in their order; from the commit on they count as being sent.
    ///
    /// Texts whose owner no longer permits it stay untouched: their withdrawal removes them. None waits for longer than
    /// `patience`, in milliseconds: one that would was queued before the clock was set back, and its time has come.
    package func take(
        route: String, limit: Int, patience: Int64 = WallClock.dayLength
    ) throws(StoreError) -> [OutgoingText] {
        try sql.run(
            "UPDATE outgoing SET due = ?2 WHERE route = ?1 AND state = 0 AND due > ?3", route, now, now + patience)
        var texts: [OutgoingText] = []
        var last: (due: Int64, id: Int64) = (.min, .min)
        while texts.count < limit {
            let rows = try waiting(route: route, after: last, limit: limit - texts.count)
            guard let end = rows.last else { break }
            last = (end.due, end.id)
            for row in rows {
                guard takesTexts(row.recipient) else { continue }
                // Refused between its sender's question and now.
                if let recipient = row.recipient, try refusesFallback(recipient) {
                    try sql.run("DELETE FROM outgoing WHERE id = ?1", row.id)
                    continue
                }
                let content = try? vault.withPermit(SMS.self, for: row.owner) { (permit) throws(Denied) in
                    try permit.open(row.sealed, at: Place("outgoing.sealed", owner: row.owner, row: row.id))
                }
                guard let content else { continue }
                try sql.run("UPDATE outgoing SET state = 1, changed = ?2 WHERE id = ?1", row.id, now)
                texts.append(
                    OutgoingText(
                        id: ArchiveID(rawValue: row.id), owner: row.owner,
                        message: row.message.map { ArchiveID(rawValue: $0) }, recipient: row.recipient,
                        route: route, content: content, due: row.due))
            }
        }
        return texts
    }

    /// Whether a text may go out as far as the person is concerned for whom it stands in. Without their *number-texting* it
    /// stays untouched until what ended the yes removes it.
    private func takesTexts(_ recipient: PersonID?) -> Bool {
        guard let recipient else { return true }
        if case .failure = vault.allows(.numberTexting, for: recipient) { return false }
        return true
    }

    /// The person of the column `recipient`.
    func standsIn(_ recipient: Int64?) throws(StoreError) -> PersonID? {
        guard let recipient else { return nil }
        guard let person = PersonID(rawValue: recipient) else { throw StoreError.damaged(Content.fileName) }
        return person
    }

    /// Waiting texts whose time has come, from a place in their order on.
    private func waiting(
        route: String, after last: (due: Int64, id: Int64), limit: Int
    ) throws(StoreError) -> [WaitingText] {
        try sql.rows(
            """
            SELECT id, owner, message, key, sealed, due, recipient FROM outgoing
            WHERE route = ?1 AND state = 0 AND due <= ?2 AND (due, id) > (?3, ?4) ORDER BY due, id LIMIT ?5
            """, route, now, last.due, last.id, limit
        ) { row in
            guard let owner = PersonID(rawValue: row[1]) else { throw StoreError.damaged(Content.fileName) }
            let sealed = Sealed<SMSContent>(owner: owner, key: KeyID(rawValue: row[3]), stored: row.bytes(4))
            return WaitingText(
                id: row[0], owner: owner, message: row[2], recipient: try standsIn(row[6]), sealed: sealed, due: row[5])
        }
    }

    /// Moves a text: back to waiting with a later `due`, or on to its outcome.
    ///
    /// For whom it stands in is asked until it has left, and forgotten then.
    package func setState(_ state: OutgoingState, of id: ArchiveID, due: Int64? = nil) throws(StoreError) {
        try sql.run(
            """
            UPDATE outgoing SET state = ?2, due = coalesce(?3, due), changed = ?4,
            recipient = CASE WHEN ?2 > 1 THEN NULL ELSE recipient END WHERE id = ?1
            """, id.rawValue, state.rawValue, due, now)
    }

    /// A text that was taken and of which nothing went out waits again, if it would wait still had it not been taken: what
    /// takes texts out of the queue has looked at those that waited.
    ///
    /// - Returns: false if its owner's yes to *sms* is to earlier terms: then it has failed, and they are to be told.
    package func putBack(_ id: ArchiveID) throws(StoreError) -> Bool {
        try setState(.waiting, of: id)
        let found = try sql.row("SELECT owner, recipient, message FROM outgoing WHERE id = ?1", id.rawValue) { row in
            (owner: PersonID(rawValue: row[0]), recipient: row[1] as Int64?, message: row[2] as Int64?)
        }
        guard let row = found, let owner = row.owner else { return true }
        if let recipient = try standsIn(row.recipient), try !isWanted(standingInFor: recipient, message: row.message) {
            try sql.run("DELETE FROM outgoing WHERE id = ?1", id.rawValue)
        } else if case .failure(.staleTerms) = vault.allows(.sms, for: owner) {
            try setState(.failed, of: id)
            return false
        }
        return true
    }

    /// Whether an SMS may still stand in for a message: its recipient is texted by number and hasn't refused, and no client of
    /// theirs has the message.
    private func isWanted(standingInFor recipient: PersonID, message: Int64?) throws(StoreError) -> Bool {
        switch vault.allows(.numberTexting, for: recipient) {
        case .success, .failure(.unreadable): break
        case .failure: return false
        }
        if try refusesFallback(recipient) { return false }
        guard let message else { return true }
        return try sql.number(
            "SELECT count(*) FROM message WHERE id = ?2 AND owner = ?1 AND \(Tail.isWaiting)", recipient.rawValue,
            message) > 0
    }

    private func refusesFallback(_ person: PersonID) throws(StoreError) -> Bool {
        // Somebody who is leaving has no settings any more, and no SMS either.
        guard let name = try? snapshot.keptName(.setting, Kept.refusesFallback.name, owner: person) else {
            return false
        }
        return try sql.number(
            "SELECT count(*) FROM kept WHERE owner = ?1 AND kind = ?2 AND name = ?3", person.rawValue,
            KeptKind.setting.rawValue, Bytes(name)) > 0
    }

    /// The text was acknowledged over IP within its grace time: it needs no SMS.
    ///
    /// - Returns: whether it was still waiting.
    package func cancelOutgoing(for message: ArchiveID, owner: PersonID) throws(StoreError) -> Bool {
        try sql.change(
            "DELETE FROM outgoing WHERE owner = ?1 AND message = ?2 AND state = 0", owner.rawValue, message.rawValue)
            > 0
    }

    /// `recipient` is no longer texted by number, or no longer by SMS: those that stand in for messages to them aren't sent.
    package func cancelOutgoing(standingInFor recipient: PersonID) throws(StoreError) {
        try sql.run("DELETE FROM outgoing WHERE recipient = ?1 AND state = 0", recipient.rawValue)
    }

    /// The owner's *sms* doesn't permit any more: what waits of theirs isn't sent.
    ///
    /// - Returns: the messages of those texts that reach nobody without it; a text that is also held for somebody here
    ///   does.
    func failWaiting(of owner: PersonID) throws(StoreError) -> [ArchiveID] {
        let failed = try sql.rows(
            "UPDATE outgoing SET state = 5, changed = ?2, recipient = NULL WHERE owner = ?1 AND state = 0 RETURNING message",
            owner.rawValue, now
        ) { $0[0] as Int64? }
        var unsent: [ArchiveID] = []
        for case let message? in failed {
            let holder = try sql.row("SELECT owner FROM message WHERE id = ?1", message) { $0[0] as Int64 }
            if holder == nil || holder == owner.rawValue { unsent.append(ArchiveID(rawValue: message)) }
        }
        return unsent
    }

    /// Ends a text that was being sent when a yes that it needs went: no further part of it goes out.
    package func failSending(_ id: ArchiveID) throws(StoreError) {
        let failed = try sql.change(
            "UPDATE outgoing SET state = 5, changed = ?2, recipient = NULL WHERE id = ?1 AND state = 1", id.rawValue,
            now)
        // Or the answer to a part that is out already would bring the whole back.
        if failed > 0 { try sql.run("UPDATE segment SET state = 5 WHERE outgoing = ?1 AND state = 1", id.rawValue) }
    }

    /// What was being sent when the program died.
    package func interrupted() throws(StoreError) -> [ArchiveID] {
        try sql.rows("SELECT id FROM outgoing WHERE state = 1 ORDER BY id") { ArchiveID(rawValue: $0[0]) }
    }

    /// What was being sent when the program died has an unknown outcome.
    ///
    /// - Returns: the texts concerned.
    package func settleInterrupted() throws(StoreError) -> [ArchiveID] {
        try sql.rows(
            "UPDATE outgoing SET state = 3, changed = ?1, recipient = NULL WHERE state = 1 RETURNING id", now
        ) { ArchiveID(rawValue: $0[0]) }
    }

    // MARK: Segments and receipts

    /// A segment's answer: accepted under the network's `messageID`, or another outcome without one.
    ///
    /// - Returns: the state of the whole text now. A receipt that came first is honoured.
    package func setSegment(
        _ part: Int, of id: ArchiveID, route: String, state: OutgoingState, messageID: String?
    ) throws(StoreError) -> OutgoingState {
        var state = state
        if let messageID {
            try sql.run(
                """
                INSERT INTO receipt (route, message_id, outgoing, part, at) VALUES (?1, ?2, ?3, ?4, ?5)
                ON CONFLICT (route, message_id) DO UPDATE SET outgoing = excluded.outgoing, part = excluded.part
                """, route, messageID, id.rawValue, part, now)
            let early = try sql.row(
                "SELECT state FROM receipt WHERE route = ?1 AND message_id = ?2", route, messageID
            ) { OutgoingState(rawValue: ($0[0] as Int64?) ?? -1) }
            if let early = early ?? nil { state = early }
        }
        try sql.run(
            """
            INSERT INTO segment (outgoing, part, state, message_id) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (outgoing, part) DO UPDATE SET state = excluded.state, message_id = excluded.message_id
            """, id.rawValue, part, state.rawValue, messageID)
        return try aggregate(id)
    }

    /// A delivery receipt of the network; kept if its segment isn't known yet.
    ///
    /// - Returns: the text and its state as a whole, once known, and whether to tell it: the receipt ended the text, or did so
    ///   before and is repeated, as when its answer wasn't heard.
    package func receive(
        receipt state: OutgoingState, route: String, messageID: String
    ) throws(StoreError) -> (id: ArchiveID, state: OutgoingState, isNews: Bool)? {
        try sql.run(
            """
            INSERT INTO receipt (route, message_id, state, at) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (route, message_id) DO UPDATE SET state = excluded.state
            """, route, messageID, state.rawValue, now)
        let segment = try sql.row(
            "SELECT outgoing, part FROM receipt WHERE route = ?1 AND message_id = ?2", route, messageID
        ) { row in (outgoing: row[0] as Int64?, part: row[1] as Int64?) }
        guard let outgoing = segment?.outgoing, let part = segment?.part else { return nil }
        let before = try sql.row(
            """
            SELECT outgoing.state, segment.state FROM outgoing LEFT JOIN segment ON outgoing = id AND part = ?2
            WHERE id = ?1
            """, outgoing, part
        ) { row in (whole: OutgoingState(rawValue: row[0]), segment: row[1] as Int64?) }
        guard let before else { return nil }
        try sql.run(
            "UPDATE segment SET state = ?3 WHERE outgoing = ?1 AND part = ?2", outgoing, part, state.rawValue)
        let id = ArchiveID(rawValue: outgoing)
        let whole = try aggregate(id)
        let isRepeated = before.segment == state.rawValue && state == whole
        return (id, whole, whole.isFinal && (before.whole?.isFinal != true || isRepeated))
    }

    /// The whole is failed if a part failed, else as far as its least advanced part.
    private func aggregate(_ id: ArchiveID) throws(StoreError) -> OutgoingState {
        let states = try sql.rows("SELECT state FROM segment WHERE outgoing = ?1", id.rawValue) { row in
            OutgoingState(rawValue: row[0]) ?? .unknown
        }
        let whole: OutgoingState
        if states.contains(.failed) {
            whole = .failed
        } else if states.contains(.unknown) {
            whole = .unknown
        } else {
            whole = states.min { $0.rawValue < $1.rawValue } ?? .sending
        }
        try setState(whole, of: id)
        return whole
    }

    // MARK: Incoming, quotas, spending

    /// Whether an incoming text is new; the same digest on the same route counts once.
    package func isFirst(incoming digest: [UInt8], route: String) throws(StoreError) -> Bool {
        try sql.change(
            "INSERT INTO incoming (route, digest, at) VALUES (?1, ?2, ?3) ON CONFLICT (route, digest) DO NOTHING",
            route, Bytes(digest), now) > 0
    }

    /// Whether an incoming text is new: it isn't if one with the same words was stored in `doubt`, milliseconds since 1970,
    /// and hasn't come again since.
    package func isFirst(
        incoming words: BlindValue, route: String, unlessStoredIn doubt: Range<Int64>?
    ) throws(StoreError) -> Bool {
        let id = nextID().rawValue
        let name = words.bytes + (0..<8).map { UInt8(truncatingIfNeeded: id >> (56 - 8 * $0)) }
        if let doubt {
            // The names of texts with these words lie together. It comes again once, so it leaves the doubtful time.
            let again = try sql.change(
                """
                UPDATE incoming SET at = max(?1, ?2) WHERE route = ?3 AND digest = (
                    SELECT digest FROM incoming WHERE route = ?3 AND digest > ?4 AND digest < ?5 AND length(digest) = ?6
                        AND at >= ?7 AND at < ?2 ORDER BY at LIMIT 1)
                """, now, doubt.upperBound, route, Bytes(words.bytes),
                Bytes(words.bytes + [UInt8](repeating: 255, count: 9)),
                Int64(name.count), doubt.lowerBound)
            if again > 0 { return false }
        }
        return try isFirst(incoming: name, route: route)
    }

    /// Takes `amount` from a person's allowance of today; false if it isn't there, and then nothing is taken.
    package func take(
        _ quota: Quota, _ amount: Int = 1, of allowance: Int, owner: PersonID
    ) throws(StoreError) -> Bool {
        guard amount <= allowance else { return false }
        return try sql.change(
            """
            INSERT INTO quota (owner, day, kind, used) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (day, owner, kind) DO UPDATE SET used = used + excluded.used
            WHERE quota.used + excluded.used <= ?5
            """, owner.rawValue, WallClock.day(of: now), quota.rawValue, amount, allowance) > 0
    }

    /// Spends `amount` (in the route's smallest unit) of today's `cap`; false if that would exceed it.
    package func spend(_ amount: Int64, cap: Int64, route: String) throws(StoreError) -> Bool {
        guard amount <= cap else { return false }
        return try sql.change(
            """
            INSERT INTO spend (route, day, amount) VALUES (?1, ?2, ?3)
            ON CONFLICT (day, route) DO UPDATE SET amount = amount + excluded.amount
            WHERE spend.amount + excluded.amount <= ?4
            """, route, WallClock.day(of: now), amount, cap) > 0
    }
}

/// What a person has so much of a day. The raw value is a column's.
package enum Quota: Int64, Hashable, Sendable {
    /// SMS segments sent.
    case segments = 1
    /// Numbers texted for the first time.
    case newNumbers = 2
}
