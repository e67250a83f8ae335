import Consent
import GRDB

extension Transaction {
    /// Adds a row to the ledger; one that is there already stays.
    func record(_ decision: Decision, key: KeyID?) throws(StoreError) {
        try sql.run(
            """
            INSERT INTO ledger (id, owner, purpose, action, terms, region, at, key)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING
            """, decision.id.rawValue, decision.person.rawValue, decision.purpose.rawValue,
            decision.action.rawValue, decision.terms, decision.region.name, decision.at, key?.rawValue)
    }

    /// Adds to the counts of permits that were used.
    func count(_ uses: [Vault.Use: Int]) throws(StoreError) {
        for (use, count) in uses {
            try sql.run(
                """
                INSERT INTO use_count (owner, purpose, day, uses)
                SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM person WHERE id = ?1)
                ON CONFLICT (owner, purpose, day) DO UPDATE SET uses = uses + excluded.uses
                """, use.person.rawValue, use.purpose.rawValue, WallClock.day(of: now), count)
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
        try sql.run(
            """
            DELETE FROM pending WHERE owner = ?1 AND id IN (
                SELECT id FROM message WHERE owner = ?1 AND (key = ?2 OR inner_key = ?2))
            """, owner.rawValue, key.rawValue)
        try sql.run(
            "DELETE FROM message WHERE owner = ?1 AND (key = ?2 OR inner_key = ?2)", owner.rawValue, key.rawValue)
        try sql.run("DELETE FROM face WHERE owner = ?1 AND key = ?2", owner.rawValue, key.rawValue)
        try sql.run(
            "DELETE FROM segment WHERE outgoing IN (SELECT id FROM outgoing WHERE owner = ?1 AND key = ?2)",
            owner.rawValue, key.rawValue)
        try sql.run("DELETE FROM outgoing WHERE owner = ?1 AND key = ?2", owner.rawValue, key.rawValue)
        try sql.run("DELETE FROM incoming_part WHERE owner = ?1 AND key = ?2", owner.rawValue, key.rawValue)
        try sql.run("DELETE FROM used_key WHERE key = ?1", key.rawValue)
    }

    /// Deletes every row of a person but their ledger.
    func purge(_ owner: PersonID) throws(StoreError) {
        repeats.forget(owner)
        try sql.run(
            "DELETE FROM segment WHERE outgoing IN (SELECT id FROM outgoing WHERE owner = ?1)", owner.rawValue)
        for table in [
            "message", "pending", "face", "kept", "sm_session", "outgoing", "incoming_part", "quota", "use_count",
            "used_key"
        ] {
            try sql.run("DELETE FROM \(table) WHERE owner = ?1", owner.rawValue)
        }
        try sql.run("DELETE FROM person WHERE id = ?1", owner.rawValue)
    }
}
