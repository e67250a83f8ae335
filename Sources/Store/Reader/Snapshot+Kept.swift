package import Consent
import GRDB

extension Snapshot {
    /// Everything of a kind, in no particular order.
    package func kept(_ kind: KeptKind, owner: PersonID) throws(StoreError) -> [Kept] {
        let rows = try sql.rows(
            "SELECT name, sealed FROM kept WHERE owner = ?1 AND kind = ?2", owner.rawValue, kind.rawValue
        ) { row in (name: row.bytes(0), sealed: row.bytes(1)) }
        var values: [Kept] = []
        values.reserveCapacity(rows.count)
        for row in rows { values.append(try open(row.sealed, kind: kind, hash: row.name, owner: owner)) }
        return values
    }

    /// How many of a kind there are, without opening them.
    package func keptCount(_ kind: KeptKind, owner: PersonID) throws(StoreError) -> Int {
        Int(
            try sql.number(
                "SELECT count(*) FROM kept WHERE owner = ?1 AND kind = ?2", owner.rawValue, kind.rawValue))
    }

    package func kept(_ kind: KeptKind, name: [UInt8], owner: PersonID) throws(StoreError) -> [UInt8]? {
        let hash = try keptName(kind, name, owner: owner)
        let sealed = try sql.row(
            "SELECT sealed FROM kept WHERE owner = ?1 AND kind = ?2 AND name = ?3", owner.rawValue, kind.rawValue,
            Bytes(hash)
        ) { $0.bytes(0) }
        return try sealed.map { (sealed) throws(StoreError) in
            try open(sealed, kind: kind, hash: hash, owner: owner).value
        }
    }

    /// The address of `owner` that `other` sees; nil means no special one. Without *number-texting* there is none.
    package func face(of owner: PersonID, towards other: [UInt8]) throws(StoreError) -> Disclosure<ClientStanza>? {
        let pair = try pair(owner, other)
        let row = try sql.row(
            "SELECT key, sealed FROM face WHERE owner = ?1 AND pair = ?2", owner.rawValue, Bytes(pair)
        ) { row in Sealed<ShownFace>(owner: owner, key: KeyID(rawValue: row[0]), stored: row.bytes(1)) }
        guard let row else { return nil }
        return try? vault.withPermit(NumberTexting.self, for: owner) { (permit) throws(Denied) in
            try permit.open(row, at: Place("face.sealed", owner: owner, row: pair))
        }
    }

    func pair(_ owner: PersonID, _ other: [UInt8]) throws(StoreError) -> [UInt8] {
        try hash("face", other, owner: owner)
    }

    func keptName(_ kind: KeptKind, _ name: [UInt8], owner: PersonID) throws(StoreError) -> [UInt8] {
        try vault.serving(owner) { (service) throws(Denied) in service.keptName(kind, name) }.bytes
    }

    private func open(
        _ sealed: [UInt8], kind: KeptKind, hash: [UInt8], owner: PersonID
    ) throws(StoreError) -> Kept {
        let place = Place("kept.sealed", owner: owner, row: [UInt8(truncatingIfNeeded: kind.rawValue)] + hash)
        guard let fields = Packed.unpack(try open(sealed, at: place, owner: owner)), fields.count == 2 else {
            throw .damaged(Content.fileName)
        }
        return Kept(name: fields[0], value: fields[1])
    }
}
