package import Consent
import Proof

/// Events about a person that are no decisions, each with its record and leaf.
extension Writer {
    /// An administrator looks at a person, by a command such as `person show`: to be called before anything is shown.
    package func look(at person: PersonID, verb: String) async throws(StoreError) {
        try await exclusively { (both) throws(StoreError) in
            try both.log(about: person) { (transaction, event) throws(StoreError) in
                try transaction.look(verb, event)
            }
        }
    }

    /// The person asks to leave and will be gone at `due`, milliseconds since 1970; until then they may ``stay(_:)``.
    /// A second request moves the date.
    package func requestLeave(_ person: PersonID, due: Int64) async throws(StoreError) {
        try await exclusively { (both) throws(StoreError) in
            try both.log(about: person) { (transaction, event) throws(StoreError) in
                try transaction.leave(due, event)
            }
        }
    }

    /// The person takes back that they leave.
    ///
    /// - Returns: false if they hadn't asked; nothing is recorded then.
    @discardableResult
    package func stay(_ person: PersonID) async throws(StoreError) -> Bool {
        try await exclusively { (both) throws(StoreError) in
            let due = try both.content { (transaction) throws(StoreError) in
                try transaction.snapshot.leaving(of: person)
            }
            guard due != nil else { return false }
            try both.log(about: person) { (transaction, event) throws(StoreError) in
                try transaction.leave(nil, event)
            }
            return true
        }
    }

    /// The people whose leave is due: their sessions are to be ended, then they are to be erased.
    package func duePeople() async throws(StoreError) -> [PersonID] {
        let now = wall.now()
        return try await perform { (transaction) throws(StoreError) in try transaction.snapshot.leaving(by: now) }
    }
}

/// An event that gets a record: its number and salt, which lie in the keys file already.
struct LoggedEvent {
    let id: DecisionID
    let person: PersonID
    let address: String
    let salt: Salt
}

extension KeysAndContent {
    /// Runs `body` with a fresh event about a person, its salt synced before.
    func log(
        about person: PersonID, _ body: (Transaction, LoggedEvent) throws(StoreError) -> Void
    ) throws(StoreError) {
        let id = engine.nextID(now: now).decision
        let salt = Salt.random()
        try keys.write { (keys) throws(StoreError) in
            guard try !keys.ids(of: person).isEmpty else { throw .noSuchPerson }
            try keys.insert(salt, decision: id, owner: person)
        }
        try content { (transaction) throws(StoreError) in
            guard let address = try transaction.address(of: person) else { throw .noSuchPerson }
            try body(transaction, LoggedEvent(id: id, person: person, address: address, salt: salt))
        }
    }
}

extension Transaction {
    fileprivate func look(_ verb: String, _ event: LoggedEvent) throws(StoreError) {
        try sql.run(
            "INSERT INTO look (id, owner, verb, at) VALUES (?1, ?2, ?3, ?4)", event.id.rawValue,
            event.person.rawValue, verb, now)
        try keep(.look, event, signer.record(.look(address: event.address, verb: verb, at: now)))
    }

    fileprivate func leave(_ due: Int64?, _ event: LoggedEvent) throws(StoreError) {
        if let due {
            try sql.run(
                "INSERT INTO leaving (owner, due) VALUES (?1, ?2) ON CONFLICT (owner) DO UPDATE SET due = excluded.due",
                event.person.rawValue, due)
            try keep(.leave, event, signer.record(.leave(address: event.address, at: now, due: due)))
        } else {
            try sql.run("DELETE FROM leaving WHERE owner = ?1", event.person.rawValue)
            try keep(.stay, event, signer.record(.stay(address: event.address, at: now)))
        }
    }

    private func keep(
        _ kind: KeptReceipt.Kind, _ event: LoggedEvent, _ record: [UInt8]
    ) throws(StoreError) {
        try keep(
            kind, event.id, owner: event.person, about: event.id, at: now, record, salt: event.salt.ofReceipt)
    }
}
