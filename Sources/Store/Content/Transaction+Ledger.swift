import Consent
import GRDB
import Proof

extension Transaction {
    /// Adds a row to the ledger with its receipt and its leaf, and is the one place through which decisions enter; one that
    /// is there already stays as it is.
    ///
    /// `salt` must lie in the keys file already, synced, under the decision's number; it is nil only for what is made up about
    /// somebody who has left since, to whom no receipt can be given. Departures go through ``depart(_:decisions:by:salt:)``.
    /// `actor` is who made it happen, if not the person (or the server, for what went stale).
    func record(
        _ decision: Decision, key: KeyID?, by actor: Receipt.Actor? = nil, salt: Salt?
    ) throws(StoreError) {
        guard try insert(decision, key: key), let salt else { return }
        try keepReceipt(of: decision, by: actor, salt: salt)
    }

    /// Adds the rows of a departure to the ledger, one for every purpose that had a decision, with one leaf for all of it.
    ///
    /// To be called before the person's rows are purged.
    ///
    /// - Returns: the receipt for the whole departure, nil if the person isn't here. Neither it nor its salt is kept.
    func depart(
        _ person: PersonID, decisions: [Decision], by actor: Receipt.Actor, salt: Salt
    ) throws(StoreError) -> FinalReceipt? {
        guard let address = try address(of: person) else { return nil }
        for decision in decisions { _ = try insert(decision, key: nil) }
        let at = decisions.first?.at ?? now
        let receipt = try receipt(
            for: address, .erase, decisions, number: decisions.first?.id ?? nextID().decision,
            terms: decisions.first?.terms ?? vault.terms.version, at: at, by: actor)
        let leaf = try append(Commitment.of(receipt, salt: salt.ofReceipt))
        return FinalReceipt(receipt: receipt, salt: salt.ofReceipt, leaf: leaf, at: at)
    }

    /// - Returns: whether the row is new.
    private func insert(_ decision: Decision, key: KeyID?) throws(StoreError) -> Bool {
        try sql.change(
            """
            INSERT INTO ledger (id, owner, purpose, action, terms, region, at, key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING
            """, decision.id.rawValue, decision.person.rawValue, decision.purpose.rawValue,
            decision.action.rawValue, decision.terms, decision.region.name, decision.at, key?.rawValue) > 0
    }

    /// Adds to the counts of permits that were used, for today, or for the first day that isn't settled when the clock
    /// went back.
    func count(_ uses: [Vault.Use: Int]) throws(StoreError) {
        for (use, count) in uses {
            try sql.run(
                """
                INSERT INTO uses (owner, decision, purpose, day, count)
                SELECT ?1, ?2, ?3, max(?4, coalesce((SELECT value + 1 FROM high_water WHERE name = 'uses'), 0)), ?5
                WHERE EXISTS (SELECT 1 FROM person WHERE id = ?1)
                ON CONFLICT (owner, decision, day) DO UPDATE SET count = count + excluded.count
                """, use.person.rawValue, use.decision.rawValue, use.purpose.rawValue, WallClock.day(of: now), count)
        }
    }

    /// Notes that rows are sealed under a key, so that a start can tell whether the keys file fits.
    func use(_ key: KeyID, owner: PersonID) throws(StoreError) {
        try sql.run(
            "INSERT INTO used_key (key, owner) VALUES (?1, ?2) ON CONFLICT (key) DO NOTHING", key.rawValue,
            owner.rawValue)
    }

    /// Deletes the rows under a destroyed key.
    func purge(_ key: KeyID, owner: PersonID) throws(StoreError) {
        repeats.forget(owner)
        try deleteMessages(of: owner.rawValue, where: "key = ?2 OR inner_key = ?2", key: key.rawValue)
        try sql.run("DELETE FROM face WHERE owner = ?1 AND key = ?2", owner.rawValue, key.rawValue)
        try purgeSegments(
            of: try sql.rows("SELECT id FROM outgoing WHERE owner = ?1 AND key = ?2", owner.rawValue, key.rawValue) {
                ArchiveID(rawValue: $0[0])
            })
        try sql.run("DELETE FROM outgoing WHERE owner = ?1 AND key = ?2", owner.rawValue, key.rawValue)
        try sql.run("DELETE FROM incoming_part WHERE owner = ?1 AND key = ?2", owner.rawValue, key.rawValue)
        try sql.run("DELETE FROM used_key WHERE key = ?1", key.rawValue)
    }

    /// Deletes the parts of texts that go, with the names by which the carrier knows them.
    private func purgeSegments(of texts: [ArchiveID]) throws(StoreError) {
        guard !texts.isEmpty else { return }
        let list = SQL.list(texts.lazy.map(\.rawValue))
        for table in ["segment", "receipt"] {
            try sql.run("DELETE FROM \(table) WHERE outgoing IN (SELECT value FROM json_each(?1))", list)
        }
    }

    /// Deletes every row of a person but their ledger. The leaves stay, and no row names whose they were.
    func purge(_ owner: PersonID) throws(StoreError) {
        repeats.forget(owner)
        tail.sessions.removeAll()
        try settleMarks()
        try sql.run("DELETE FROM person WHERE id = ?1", owner.rawValue)
        try purgeSegments(
            of: try sql.rows("SELECT id FROM outgoing WHERE owner = ?1", owner.rawValue) { ArchiveID(rawValue: $0[0]) })
        try deleteMessages(of: owner.rawValue)
        for table in [
            "face", "kept", "sm_session", "outgoing", "incoming_part", "quota", "used_key",
            "evidence", "look", "leaving", "uses"
        ] {
            try sql.run("DELETE FROM \(table) WHERE owner = ?1", owner.rawValue)
        }
    }
}
