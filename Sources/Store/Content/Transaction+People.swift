import Consent
import GRDB

/// A person to be added: the name is prepared by PRECIS already.
package struct NewPerson: Sendable {
    package let name: String
    package let verifiers: Verifiers

    package init(name: String, verifiers: Verifiers) {
        self.name = name
        self.verifiers = verifiers
    }
}

extension Transaction {
    func insert(_ person: PersonID, _ new: NewPerson) throws(StoreError) {
        let sealed = try seal(new.verifiers, of: person)
        let inserted = try sql.change(
            """
            INSERT INTO person (id, name, created, verifiers) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (name) DO NOTHING
            """, person.rawValue, new.name, now, Bytes(sealed))
        guard inserted == 1 else { throw .nameTaken }
    }

    private func seal(_ verifiers: Verifiers, of person: PersonID) throws(StoreError) -> [UInt8] {
        try vault.serving(person) { (service) throws(Denied) in
            try service.seal(verifiers.packed, at: Place("person.verifiers", owner: person, row: 0))
        }.bytes
    }
}
