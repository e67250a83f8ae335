package import Consent
import GRDB

extension Transaction {
    /// Keeps a value under a name, replacing an earlier one.
    ///
    /// - Throws: `limit` if the person keeps as many of this kind, or as many bytes of it, as allowed. What doesn't grow is always
    ///   taken.
    package func keep(_ kind: KeptKind, _ kept: Kept, owner: PersonID) throws(StoreError) {
        let row = try vault.serving(owner) { (service) throws(Denied) in
            let hash = service.keptName(kind, kept.name)
            let place = Place("kept.sealed", owner: owner, row: [UInt8(truncatingIfNeeded: kind.rawValue)] + hash.bytes)
            return Pair(hash, try service.seal(Packed.pack([kept.name, kept.value]), at: place))
        }
        let changed = try sql.change(
            """
            INSERT INTO kept (owner, kind, name, sealed)
            SELECT ?1, ?2, ?3, ?4 WHERE
                length(?4) <= (SELECT length(sealed) FROM kept WHERE owner = ?1 AND kind = ?2 AND name = ?3)
                OR (SELECT count(*) FROM kept WHERE owner = ?1 AND kind = ?2 AND name <> ?3) < ?5
                    AND (SELECT total(length(sealed)) FROM kept WHERE owner = ?1 AND kind = ?2 AND name <> ?3)
                        + length(?4) <= ?6
            ON CONFLICT (owner, kind, name) DO UPDATE SET sealed = excluded.sealed
            """, owner.rawValue, kind.rawValue, Bytes(row.first.bytes), Bytes(row.second.bytes), kind.limit,
            kind.byteLimit)
        guard changed == 1 else { throw .limit }
    }

    /// - Returns: whether there was one.
    @discardableResult
    package func drop(_ kind: KeptKind, name: [UInt8], owner: PersonID) throws(StoreError) -> Bool {
        let hash = try snapshot.keptName(kind, name, owner: owner)
        return try sql.change(
            "DELETE FROM kept WHERE owner = ?1 AND kind = ?2 AND name = ?3", owner.rawValue, kind.rawValue,
            Bytes(hash)) > 0
    }

    /// Drops everything of a kind.
    package func dropAll(_ kind: KeptKind, owner: PersonID) throws(StoreError) {
        try sql.run("DELETE FROM kept WHERE owner = ?1 AND kind = ?2", owner.rawValue, kind.rawValue)
    }

    /// Which address of `owner` the other side sees from now on; needs *number-texting*, as it may be the number.
    package func setFace(_ face: [UInt8], towards other: [UInt8], owner: PersonID) throws(StoreError) {
        let pair = try snapshot.pair(owner, other)
        let sealed = try vault.permitting(NumberTexting.self, owner) { (permit) throws(Denied) in
            try permit.seal(face, as: ShownFace.self, at: Place("face.sealed", owner: owner, row: pair))
        }
        try sql.run(
            """
            INSERT INTO face (owner, pair, key, sealed) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (owner, pair) DO UPDATE SET key = excluded.key, sealed = excluded.sealed
            """, owner.rawValue, Bytes(pair), sealed.key.rawValue, Bytes(sealed.stored))
    }
}

extension ServicePermit {
    /// The keyed hash by which a kept value is found.
    borrowing func keptName(_ kind: KeptKind, _ name: [UInt8]) -> KeyedHash {
        hash("kept", [UInt8(truncatingIfNeeded: kind.rawValue)], name)
    }
}
