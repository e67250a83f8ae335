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
    /// Adds a person with everything off; `verifiers` are sealed at their place.
    func insert(_ person: PersonID, _ name: String, verifiers: Ciphertext) throws(StoreError) {
        let inserted = try sql.change(
            """
            INSERT INTO person (id, name, created, verifiers) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (name) DO NOTHING
            """, person.rawValue, name, now, Bytes(verifiers.bytes))
        guard inserted == 1 else { throw .nameTaken }
    }
}
