package import Consent
import GRDB

/// What a password is checked against (RFC 5802 §3), for one hash function.
package struct Verifier: Hashable, Sendable {
    package let salt: [UInt8]
    package let iterations: Int
    package let storedKey: [UInt8]
    package let serverKey: [UInt8]

    package init(salt: [UInt8], iterations: Int, storedKey: [UInt8], serverKey: [UInt8]) {
        self.salt = salt
        self.iterations = iterations
        self.storedKey = storedKey
        self.serverKey = serverKey
    }
}

/// The verifiers of one password.
package struct Verifiers: Hashable, Sendable {
    package let sha1: Verifier
    package let sha256: Verifier

    package init(sha1: Verifier, sha256: Verifier) {
        self.sha1 = sha1
        self.sha256 = sha256
    }

    var packed: [UInt8] {
        Packed.pack(
            [sha1, sha256].flatMap {
                [$0.salt, Array(String($0.iterations).utf8), $0.storedKey, $0.serverKey]
            })
    }

    /// Where a person's verifiers stand.
    static func place(of person: PersonID) -> Place {
        Place("person.verifiers", owner: person, row: 0)
    }

    init?(packed: [UInt8]) {
        guard let fields = Packed.unpack(packed), fields.count == 8,
            let first = Int(String(decoding: fields[1], as: UTF8.self)),
            let second = Int(String(decoding: fields[5], as: UTF8.self))
        else { return nil }
        sha1 = Verifier(salt: fields[0], iterations: first, storedKey: fields[2], serverKey: fields[3])
        sha256 = Verifier(salt: fields[4], iterations: second, storedKey: fields[6], serverKey: fields[7])
    }
}

/// An account.
package struct Person: Hashable, Sendable {
    package let id: PersonID
    /// The localpart of their address, as prepared by PRECIS.
    package let name: String
    /// Milliseconds since 1970.
    package let created: Int64
}

extension Snapshot {
    package func person(named name: String) throws(StoreError) -> Person? {
        try sql.row("SELECT id, name, created FROM person WHERE name = ?1", name, make: Self.person)
    }

    package func person(_ id: PersonID) throws(StoreError) -> Person? {
        try sql.row("SELECT id, name, created FROM person WHERE id = ?1", id.rawValue, make: Self.person)
    }

    /// All people by name, in slices: those after `name`.
    package func people(after name: String = "", limit: Int = 1_000) throws(StoreError) -> [Person] {
        try sql.rows(
            "SELECT id, name, created FROM person WHERE name > ?1 ORDER BY name LIMIT ?2", name, limit,
            make: Self.person)
    }

    package func verifiers(of person: PersonID) throws(StoreError) -> Verifiers {
        let sealed = try sql.row("SELECT verifiers FROM person WHERE id = ?1", person.rawValue) { $0.bytes(0) }
        guard let sealed else { throw .noSuchPerson }
        let opened = try open(sealed, at: Verifiers.place(of: person), owner: person)
        guard let verifiers = Verifiers(packed: opened) else {
            throw .damaged(Content.fileName)
        }
        return verifiers
    }

    private static func person(_ row: Row) throws -> Person {
        guard let id = PersonID(rawValue: row[0]) else { throw StoreError.damaged(Content.fileName) }
        return Person(id: id, name: row[1], created: row[2])
    }
}
