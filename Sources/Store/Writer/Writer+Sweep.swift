import Consent
import GRDB
import Proof

extension Writer {
    /// Lets go of what has had its time: message keys past the delivery window with their rows, expired codes, lapsed
    /// bindings, old counters; and logs the uses of the days that are over. To be called now and then; other jobs run in between.
    ///
    /// - Returns: how many message keys were taken out of the window.
    @discardableResult
    package func sweep() async throws(StoreError) -> Int {
        let settings = settings
        var total = 0
        while true {
            let count = try await exclusively { (both) throws(StoreError) in
                try both.endWindows(settings, limit: 64)
            }
            total += count
            if count < 64 { break }
        }
        var settled: (PersonID, UseCount)?
        repeat {
            settled = try await exclusively { [settled] (both) throws(StoreError) in
                try both.settleUses(after: settled, limit: 256)
            }
        } while settled != nil
        try await exclusively { (both) throws(StoreError) in try both.sweepRest(settings) }
        return total
    }
}

extension KeysAndContent {
    /// Ends the delivery window of at most `limit` message keys; rows that nothing else keeps go with them.
    func endWindows(_ settings: Writer.Settings, limit: Int) throws(StoreError) -> Int {
        let ended = try keys.read { (keys) throws(StoreError) in
            try keys.keysPastWindow(before: day - settings.windowDays, limit: limit)
        }
        guard !ended.isEmpty else { return 0 }
        try keys.write { (keys) throws(StoreError) in
            for key in ended {
                if key.wrappedForHistory == nil {
                    try keys.destroy(key, decision: nil, at: now)
                } else {
                    try keys.dropDelivery(key.id)
                }
            }
        }
        try keys.truncateLog()
        for owner in Set(ended.map(\.owner)) { vault.refresh(owner) }
        try content { (transaction) throws(StoreError) in
            for key in ended {
                if key.wrappedForHistory == nil { try transaction.purge(key.id, owner: key.owner) }
                try transaction.settleWindow(of: key)
            }
        }
        return ended.count
    }

    /// Logs the counts of days that are over, one leaf for each yes and day, at most `limit` of those after one. Those of people
    /// whose keys can't be opened stay as they are, and are tried again with the next sweep.
    ///
    /// - Returns: the last one looked at; nil when there are no more.
    func settleUses(
        after last: (PersonID, UseCount)?, limit: Int
    ) throws(StoreError) -> (PersonID, UseCount)? {
        try content { (transaction) throws(StoreError) in
            let open = try transaction.unsettledUses(before: day, after: last, limit: limit)
            for (person, uses) in open {
                let salt = try keys.read { (keys) throws(StoreError) in try keys.salt(of: uses.decision) }
                try transaction.unlessDenied([.erased, .unreadable]) { () throws(StoreError) in
                    try transaction.settle(uses, of: person, salt: salt)
                }
            }
            return open.count == limit ? open.last : nil
        }
    }

    func sweepRest(_ settings: Writer.Settings) throws(StoreError) {
        let (codes, bindings) = try keys.write { (keys) throws(StoreError) in
            (
                try keys.dropClaims(expiredBy: now),
                try keys.dropBindings(unusedSince: now - settings.bindingDays * WallClock.dayLength)
            )
        }
        if codes + bindings > 0 { try keys.truncateLog() }
        try content { (transaction) throws(StoreError) in
            try transaction.dropCounters(
                before: day - 1, olderThan: now - Int64(settings.windowDays) * WallClock.dayLength)
        }
    }
}

extension Transaction {
    /// Counts of days before `day` that have no leaf yet, the earliest first, after one.
    func unsettledUses(
        before day: Int32, after last: (person: PersonID, uses: UseCount)?, limit: Int
    ) throws(StoreError) -> [(PersonID, UseCount)] {
        try sql.rows(
            """
            SELECT owner, purpose, day, count, decision FROM uses
            WHERE settled = 0 AND day < ?1 AND (day, owner, decision) > (?2, ?3, ?4)
            ORDER BY day, owner, decision LIMIT ?5
            """, day, last?.uses.day ?? .min, last?.person.rawValue ?? 0,
            last?.uses.decision.rawValue ?? 0, limit
        ) { row in
            guard let owner = PersonID(rawValue: row[0]), let purpose = PurposeCode(rawValue: row[1]) else {
                throw StoreError.damaged(Content.fileName)
            }
            let uses = UseCount(
                purpose: purpose, day: row[2], count: row[3], decision: DecisionID(rawValue: row[4]))
            return (owner, uses)
        }
    }

    /// Makes a day's count final and logs it. Without a salt, which only counts from before there were receipts may lack, it
    /// gets no leaf.
    func settle(_ uses: UseCount, of person: PersonID, salt: Salt?) throws(StoreError) {
        try sql.run(
            "UPDATE uses SET settled = 1 WHERE owner = ?1 AND decision = ?2 AND day = ?3", person.rawValue,
            uses.decision.rawValue, uses.day)
        try sql.run(
            """
            INSERT INTO high_water (name, value) VALUES ('uses', ?1)
            ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)
            """, uses.day)
        guard let salt else { return }
        let receipt = Receipt.id(
            of: uses.decision.rawValue, domain: signer.issuer.domain, region: signer.region.name)
        let record = signer.record(
            .uses(receipt: receipt, purpose: uses.purpose.rawValue, day: Int(uses.day), count: uses.count))
        try keep(
            .uses, nextID().decision, owner: person, about: uses.decision, purpose: uses.purpose, day: uses.day,
            at: now, record, salt: salt.ofUses(day: uses.day))
    }

    /// Rows past the window are history: nothing pushes them any more.
    func settleWindow(of key: StoredKey) throws(StoreError) {
        let owner = key.owner.rawValue
        try sql.run(
            """
            DELETE FROM pending WHERE owner = ?1
            AND EXISTS (SELECT 1 FROM message WHERE message.id = pending.id AND message.key = ?2)
            """, owner, key.id.rawValue)
        let recent = try sql.rows(
            "SELECT id FROM message WHERE id IN (SELECT value FROM json_each(?1)) AND owner = ?2 AND key = ?3",
            SQL.list(try recentMessages(of: owner).filter(\.waits).map(\.id)), owner, key.id.rawValue
        ) { ArchiveID(rawValue: $0[0]) }
        try acknowledge(recent, owner: key.owner)
    }

    func dropCounters(before day: Int32, olderThan moment: Int64) throws(StoreError) {
        try sql.run("DELETE FROM quota WHERE day < ?1", day)
        try sql.run("DELETE FROM spend WHERE day < ?1", day)
        try sql.run("DELETE FROM incoming WHERE at < ?1", moment)
        try sql.run("DELETE FROM receipt WHERE at < ?1", moment)
        try settleMarks()
        tail.sessions.removeAll()
        try sql.run("DELETE FROM sm_session WHERE updated < ?1", moment)
        try sql.run(
            "DELETE FROM segment WHERE outgoing IN (SELECT id FROM outgoing WHERE state > 1 AND changed < ?1)", moment)
        try sql.run("DELETE FROM outgoing WHERE state > 1 AND changed < ?1", moment)
    }
}
