import Consent
import GRDB

/// A claimed number and its code, as the keys file holds them.
struct StoredClaim {
    let owner: PersonID
    let id: KeyID
    let pending: PendingNumber
    var challenge: CodeChallenge
}

/// Numbers: claims, the index, bindings of routes, STOP.
extension KeysTransaction {
    // MARK: Claims

    /// Replaces an earlier claim of the same person.
    func setClaim(_ claim: StoredClaim) throws(StoreError) {
        try sql.run(
            """
            INSERT INTO code (owner, id, wrapped, sealed, hash, expires, tries) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT (owner) DO UPDATE SET id = excluded.id, wrapped = excluded.wrapped, sealed = excluded.sealed,
                hash = excluded.hash, expires = excluded.expires, tries = excluded.tries
            """, claim.owner.rawValue, claim.id.rawValue, Bytes(claim.pending.wrapped), Bytes(claim.pending.sealed),
            Bytes(claim.challenge.hash), claim.challenge.expires, claim.challenge.triesLeft)
    }

    func claim(of owner: PersonID) throws(StoreError) -> StoredClaim? {
        try sql.row(
            "SELECT id, wrapped, sealed, hash, expires, tries FROM code WHERE owner = ?1", owner.rawValue
        ) { row in
            StoredClaim(
                owner: owner, id: KeyID(rawValue: row[0]),
                pending: PendingNumber(wrapped: row.bytes(1), sealed: row.bytes(2)),
                challenge: CodeChallenge(hash: row.bytes(3), expires: row[4], triesLeft: row[5]))
        }
    }

    func dropClaim(of owner: PersonID) throws(StoreError) {
        try sql.run("DELETE FROM code WHERE owner = ?1", owner.rawValue)
    }

    /// - Returns: how many claims had expired.
    func dropClaims(expiredBy now: Int64) throws(StoreError) -> Int {
        try sql.change("DELETE FROM code WHERE expires <= ?1", now)
    }

    // MARK: Index

    func holder(of value: IndexValue) throws(StoreError) -> PersonID? {
        try sql.row(
            "SELECT owner FROM number WHERE value = ?1 AND version = ?2", Bytes(value.value.bytes), value.version
        ) { PersonID(rawValue: $0[0]) } ?? nil
    }

    func setNumber(
        _ value: IndexValue, region: Region, sealed: Sealed<OwnNumber>
    ) throws(StoreError) {
        try sql.run(
            "INSERT INTO number (value, version, region, owner, key, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            Bytes(value.value.bytes), value.version, region.name, sealed.owner.rawValue, sealed.key.rawValue,
            Bytes(sealed.stored))
    }

    func number(of owner: PersonID) throws(StoreError) -> Sealed<OwnNumber>? {
        try sql.row("SELECT key, sealed FROM number WHERE owner = ?1", owner.rawValue) { row in
            Sealed(owner: owner, key: KeyID(rawValue: row[0]), stored: row.bytes(1))
        }
    }

    func aliases() throws(StoreError) -> Aliases {
        var aliases = Aliases(capacity: Int(try sql.number("SELECT count(*) FROM number")))
        let rows = try sql.cursor("SELECT value, version, owner FROM number")
        while try rows.next() {
            guard let value = BlindValue(bytes: rows.bytes(0)), let owner = PersonID(rawValue: rows.integer(2)) else {
                throw .damaged(KeysFile.fileName)
            }
            aliases.set(IndexValue(value: value, version: Int32(clamping: rows.integer(1))), of: owner)
        }
        return aliases
    }

    // MARK: Bindings

    /// The sender number by which `owner` texts `recipient` over `route`: the bound one, else the first of `free`
    /// that nobody has bound for this recipient. Nil if none is free.
    func bind(
        route: String, recipient: BlindValue, owner: PersonID, senders: [BlindValue], now: Int64, lapse: Int64
    ) throws(StoreError) -> BlindValue? {
        try sql.run(
            "DELETE FROM binding WHERE route = ?1 AND recipient = ?2 AND used < ?3", route, Bytes(recipient.bytes),
            now - lapse)
        let bound = try sql.rows(
            "SELECT sender, owner FROM binding WHERE route = ?1 AND recipient = ?2", route, Bytes(recipient.bytes)
        ) { row in (sender: BlindValue(bytes: row.bytes(0)), owner: row[1] as Int64) }
        let own = bound.first { $0.owner == owner.rawValue && $0.sender.map(senders.contains) ?? false }?.sender
        guard let sender = own ?? senders.first(where: { free in !bound.contains { $0.sender == free } }) else {
            return nil
        }
        try sql.run(
            """
            INSERT INTO binding (route, recipient, sender, owner, used) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (route, recipient, sender) DO UPDATE SET used = excluded.used
            """, route, Bytes(recipient.bytes), Bytes(sender.bytes), owner.rawValue, now)
        return sender
    }

    /// Whose conversation an incoming text belongs to.
    func binding(
        route: String, recipient: BlindValue, sender: BlindValue, now: Int64, lapse: Int64
    ) throws(StoreError) -> PersonID? {
        try sql.row(
            "SELECT owner FROM binding WHERE route = ?1 AND recipient = ?2 AND sender = ?3 AND used >= ?4", route,
            Bytes(recipient.bytes), Bytes(sender.bytes), now - lapse
        ) { PersonID(rawValue: $0[0]) } ?? nil
    }

    /// - Returns: how many bindings lapsed.
    func dropBindings(unusedSince moment: Int64) throws(StoreError) -> Int {
        try sql.change("DELETE FROM binding WHERE used < ?1", moment)
    }

    // MARK: STOP

    func setStopped(_ stopped: Bool, route: String, number: BlindValue, now: Int64) throws(StoreError) {
        if stopped {
            try sql.run(
                "INSERT INTO stop (route, number, at) VALUES (?1, ?2, ?3) ON CONFLICT (route, number) DO NOTHING",
                route, Bytes(number.bytes), now)
        } else {
            try sql.run("DELETE FROM stop WHERE route = ?1 AND number = ?2", route, Bytes(number.bytes))
        }
    }

    func isStopped(route: String, number: BlindValue) throws(StoreError) -> Bool {
        try sql.number(
            "SELECT count(*) FROM stop WHERE route = ?1 AND number = ?2", route, Bytes(number.bytes)) > 0
    }
}
