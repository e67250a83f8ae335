import Consent
import GRDB
import Proof

/// The verbs on the keys file within one transaction (or one read).
struct KeysTransaction {
    let sql: SQL

    private static let columns =
        "id, owner, use, day, wrapped, wrapped_history, decision, terms, region, granted"

    // MARK: Keys

    /// A number that no key has or had.
    func nextKey() throws(StoreError) -> KeyID {
        let last = try sql.number(
            "SELECT max(coalesce((SELECT max(id) FROM key), 0), coalesce((SELECT max(id) FROM tombstone), 0))")
        return KeyID(rawValue: last + 1)
    }

    func insert(_ key: StoredKey) throws(StoreError) {
        try sql.run(
            "INSERT INTO key (\(Self.columns)) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            key.id.rawValue, key.owner.rawValue, key.use.code, key.day, key.wrapped.map(Bytes.init),
            key.wrappedForHistory.map(Bytes.init), key.grant?.decision.rawValue, key.grant?.terms,
            key.grant?.region.name, key.grant?.at)
    }

    /// The same yes, given anew to the current terms: the key stays, what it stands on changes.
    func renew(_ id: KeyID, grant: Grant) throws(StoreError) {
        try sql.run(
            "UPDATE key SET decision = ?2, terms = ?3, region = ?4, granted = ?5 WHERE id = ?1",
            id.rawValue, grant.decision.rawValue, grant.terms, grant.region.name, grant.at)
    }

    /// Every key of `owner` but the older message keys.
    func keys(of owner: PersonID) throws(StoreError) -> [StoredKey] {
        try sql.rows(
            """
            SELECT \(Self.columns) FROM key WHERE owner = ?1 AND use <> 'message'
            UNION ALL
            SELECT * FROM (
                SELECT \(Self.columns) FROM key WHERE owner = ?1 AND use = 'message' ORDER BY id DESC LIMIT 1)
            """, owner.rawValue, make: Self.key)
    }

    func key(_ id: KeyID, of owner: PersonID) throws(StoreError) -> StoredKey? {
        try sql.row(
            "SELECT \(Self.columns) FROM key WHERE id = ?1 AND owner = ?2", id.rawValue, owner.rawValue,
            make: Self.key)
    }

    func key(of purpose: PurposeCode, owner: PersonID) throws(StoreError) -> StoredKey? {
        try sql.row(
            "SELECT \(Self.columns) FROM key WHERE owner = ?1 AND use = ?2", owner.rawValue, purpose.rawValue,
            make: Self.key)
    }

    /// A live key, whoever it belongs to; for the start.
    func key(_ id: KeyID) throws(StoreError) -> StoredKey? {
        try sql.row("SELECT \(Self.columns) FROM key WHERE id = ?1", id.rawValue, make: Self.key)
    }

    func ids(of owner: PersonID) throws(StoreError) -> [KeyID] {
        try sql.rows("SELECT id FROM key WHERE owner = ?1", owner.rawValue) { KeyID(rawValue: $0[0]) }
    }

    private static func key(_ row: Row) throws -> StoredKey {
        guard let owner = PersonID(rawValue: row[1]), let use = KeyUse(code: row[2]) else {
            throw StoreError.damaged(KeysFile.fileName)
        }
        var grant: Grant?
        if let decision = row[6] as Int64?, let terms = row[7] as Int?,
            let region = (row[8] as String?).flatMap(Region.init),
            let at = row[9] as Int64?
        {
            grant = Grant(decision: DecisionID(rawValue: decision), terms: terms, region: region, at: at)
        }
        return StoredKey(
            id: KeyID(rawValue: row[0]), owner: owner, use: use, day: row[3],
            wrapped: (row[4] as Bytes?)?.bytes, wrappedForHistory: (row[5] as Bytes?)?.bytes, grant: grant)
    }

    // MARK: Deletion

    /// Destroys a key, leaving a tombstone, and with it what hangs on it in this file.
    ///
    /// `decision` is the row that the ledger will get; it can be made up for from the tombstone after a crash.
    /// `actor` is who made it happen, if not the person.
    func destroy(
        _ key: StoredKey, decision: Decision?, by actor: Receipt.Actor? = nil, at: Int64
    ) throws(StoreError) {
        try sql.run("DELETE FROM key WHERE id = ?1", key.id.rawValue)
        try sql.run(
            """
            INSERT INTO tombstone (id, owner, use, at, decision, action, terms, region, actor)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """, key.id.rawValue, key.owner.rawValue, key.use.code, at, decision?.id.rawValue,
            decision?.action.rawValue, decision?.terms, decision?.region.name, actor?.rawValue)
        switch key.use {
        case .purpose(.numberTexting):
            try sql.run("DELETE FROM number WHERE key = ?1", key.id.rawValue)
        case .purpose(.sms):
            try sql.run("DELETE FROM binding WHERE owner = ?1", key.owner.rawValue)
        case .purpose, .service, .message, .pendingCode:
            break
        }
    }

    /// Takes the history wrapping off every message key of `owner`; those past their window die of it.
    ///
    /// - Returns: the keys that died.
    func dropHistory(of owner: PersonID, at: Int64) throws(StoreError) -> [KeyID] {
        let dead = try sql.rows(
            "SELECT \(Self.columns) FROM key WHERE owner = ?1 AND use = 'message' AND wrapped IS NULL",
            owner.rawValue, make: Self.key)
        for key in dead { try destroy(key, decision: nil, at: at) }
        try sql.run(
            "UPDATE key SET wrapped_history = NULL WHERE owner = ?1 AND use = 'message' AND wrapped_history IS NOT NULL",
            owner.rawValue)
        return dead.map(\.id)
    }

    /// Message keys made before `day`, at most `limit`, that are still wrapped for delivery.
    func keysPastWindow(before day: Int32, limit: Int) throws(StoreError) -> [StoredKey] {
        try sql.rows(
            """
            SELECT \(Self.columns) FROM key WHERE use = 'message' AND wrapped IS NOT NULL AND day < ?1
            ORDER BY day LIMIT ?2
            """, day, limit, make: Self.key)
    }

    /// Takes the delivery wrapping off a message key whose history wrapping stays.
    func dropDelivery(_ id: KeyID) throws(StoreError) {
        try sql.run("UPDATE key SET wrapped = NULL WHERE id = ?1", id.rawValue)
    }

    // MARK: What a key's person has in this file

    /// Keeps the salt of a decision or another event until its person leaves.
    func insert(_ salt: Salt, decision: DecisionID, owner: PersonID) throws(StoreError) {
        try sql.run(
            "INSERT INTO salt (decision, owner, salt) VALUES (?1, ?2, ?3)", decision.rawValue, owner.rawValue,
            Bytes(salt.secret))
    }

    /// The salt of a decision or another event; nil once its person has left.
    func salt(of decision: DecisionID) throws(StoreError) -> Salt? {
        try sql.row("SELECT salt FROM salt WHERE decision = ?1", decision.rawValue) { Salt(secret: $0.bytes(0)) }
    }

    /// Everything of a person who left, but for their tombstones.
    func forget(_ owner: PersonID) throws(StoreError) {
        try sql.run("DELETE FROM number WHERE owner = ?1", owner.rawValue)
        try sql.run("DELETE FROM binding WHERE owner = ?1", owner.rawValue)
        try sql.run("DELETE FROM code WHERE owner = ?1", owner.rawValue)
        try sql.run("DELETE FROM salt WHERE owner = ?1", owner.rawValue)
    }

    /// Rows in this file that hang on one key, with the key itself.
    func rowCount(under id: KeyID, owner: PersonID) throws(StoreError) -> Int {
        let own = try sql.number("SELECT count(*) FROM key WHERE id = ?1", id.rawValue)
        let numbers = try sql.number("SELECT count(*) FROM number WHERE key = ?1", id.rawValue)
        let bindings = try sql.number(
            """
            SELECT count(*) FROM binding WHERE owner = ?2
            AND EXISTS (SELECT 1 FROM key WHERE id = ?1 AND use = 'sms')
            """, id.rawValue, owner.rawValue)
        return Int(own + numbers + bindings)
    }
}
