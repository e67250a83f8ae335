package import Consent
import GRDB

extension Writer {
    /// Puts newer terms in force: the file is on disk first, then the vault permits nothing on an older yes to what
    /// changed, then the version is noted and logged.
    ///
    /// The people whose yes went stale are switched off by ``switchOff(_:told:)`` afterwards, at the next start if need be.
    /// - Throws: `sameTerms` if the document says what is in force already.
    package func publish(_ document: TermsDocument, to folder: TermsFolder) async throws(StoreError) -> Terms {
        try await exclusively { (both) throws(StoreError) in try both.publish(document, to: folder) }
    }

    /// Writes down, for everybody whose yes went stale, that it did, and tells them; a slice of people at a time, with
    /// other jobs in between.
    ///
    /// A person's ledger rows and the message that `telling` makes for them are one transaction, so a crash neither
    /// loses nor repeats either, and the next call goes on where it was. `told` hears of each slice when it is on disk. Nothing
    /// is done when everybody is switched off already.
    package func switchOff(
        telling: @escaping @Sendable (SwitchOff) -> Text.Copy?, told: @Sendable ([ToldSwitchOff]) async -> Void
    ) async throws(StoreError) {
        let terms = vault.terms
        let isSettled = try await perform { (transaction) throws(StoreError) in
            try transaction.settledTerms() >= terms.version
        }
        guard !isSettled else { return }
        var last: PersonID?
        while true {
            let after = last
            let slice = try await exclusively { (both) throws(StoreError) in
                try both.switchOff(after: after, limit: 32, telling)
            }
            if !slice.told.isEmpty { await told(slice.told) }
            guard let end = slice.last else { break }
            last = end
        }
        try await perform { (transaction) throws(StoreError) in try transaction.setSettledTerms(terms.version) }
    }
}

extension KeysAndContent {
    fileprivate func publish(_ document: TermsDocument, to folder: TermsFolder) throws(StoreError) -> Terms {
        guard !vault.terms.saysTheSame(as: document) else { throw .sameTerms(version: vault.terms.version) }
        let terms = vault.terms.followed(by: document)
        try folder.write(document, version: terms.version)
        vault.adopt(terms)
        // Whoever waits for a code was shown the earlier text: the code would be a yes to it.
        if terms.changes.contains(.numberTexting),
            try keys.write({ (keys) throws(StoreError) in try keys.dropClaims() }) > 0
        {
            try keys.truncateLog()
        }
        try content { (transaction) throws(StoreError) in
            try transaction.note(terms: terms.version, digest: terms.digest)
        }
        return terms
    }

    /// One slice of people after `after`.
    ///
    /// - Returns: who was switched off now, and the last person looked at; nil when nobody is left.
    fileprivate func switchOff(
        after: PersonID?, limit: Int, _ telling: (SwitchOff) -> Text.Copy?
    ) throws(StoreError) -> (told: [ToldSwitchOff], last: PersonID?) {
        let terms = vault.terms
        let people = try keys.read { (keys) throws(StoreError) in
            try keys.people(staleUnder: terms, after: after, limit: limit)
        }
        var due: [StaleYes] = []
        for person in people { due += try staleYeses(of: person, terms) }
        guard !due.isEmpty else { return ([], people.last) }
        let decisions = due.map { key in
            (decision: decision(.stale, key.purpose, by: key.owner), yes: key, salt: Salt.random())
        }
        try keys.write { (keys) throws(StoreError) in
            for (decision, _, salt) in decisions {
                try keys.insert(salt, decision: decision.id, owner: decision.person)
            }
        }
        let messageKeys = MessageKeys(fresh: try engine.messageKeys(of: Set(due.map(\.owner)), now: now))
        let told = try engine.transact(now: now, messageKeys: messageKeys) { (transaction) throws(StoreError) in
            var told: [ToldSwitchOff] = []
            for person in people {
                let own = decisions.filter { $0.decision.person == person }
                guard !own.isEmpty else { continue }
                try transaction.unlessLeaving { () throws(StoreError) in
                    for (decision, yes, salt) in own { try transaction.record(decision, key: yes.key, salt: salt) }
                    guard let account = try transaction.snapshot.person(person) else { return }
                    told.append(try transaction.tell(account, own.map(\.yes), terms, telling))
                }
            }
            return told
        }
        return (told, people.last)
    }

    /// A yes that is renewed after its terms changed and before ``Writer/switchOff(telling:told:)`` came to its person was off in
    /// between: that goes into the ledger first. They need not be told, as the answer to the new yes shows them its text.
    func writeDownStale(_ purpose: PurposeCode, of person: PersonID) throws(StoreError) {
        guard let yes = try staleYeses(of: person, vault.terms).first(where: { $0.purpose == purpose }) else { return }
        let decision = decision(.stale, purpose, by: person)
        let salt = Salt.random()
        try keys.write { (keys) throws(StoreError) in try keys.insert(salt, decision: decision.id, owner: person) }
        try content { (transaction) throws(StoreError) in try transaction.record(decision, key: yes.key, salt: salt) }
    }

    /// The yeses of a person that are stale and not written down as such.
    private func staleYeses(of person: PersonID, _ terms: Terms) throws(StoreError) -> [StaleYes] {
        let keys = try keys.read { (keys) throws(StoreError) in try keys.keys(of: person) }
        var stale: [StaleYes] = []
        for key in keys {
            guard case .purpose(let purpose) = key.use, let grant = key.grant,
                grant.terms < terms.version(inWhichChanged: purpose),
                try engine.lastAction(of: person, on: purpose) != .stale
            else { continue }
            stale.append(StaleYes(owner: person, purpose: purpose, key: key.id, agreed: grant.terms))
        }
        return stale.sorted { $0.purpose.rawValue < $1.purpose.rawValue }
    }
}

/// A yes that the terms have left behind.
private struct StaleYes {
    let owner: PersonID
    let purpose: PurposeCode
    let key: KeyID
    /// The version of the terms it was given to.
    let agreed: Int
}

extension Transaction {
    /// What goes with a switch-off: what waited under the yes ends, and the person gets their message.
    fileprivate func tell(
        _ person: Person, _ stale: [StaleYes], _ terms: Terms, _ telling: (SwitchOff) -> Text.Copy?
    ) throws(StoreError) -> ToldSwitchOff {
        let purposes = stale.map(\.purpose)
        if purposes.contains(.numberTexting) { try cancelOutgoing(standingInFor: person.id) }
        let unsent = purposes.contains(.sms) ? try failWaiting(of: person.id) : []
        let switchOff = SwitchOff(
            person: person.id, name: person.name, purposes: stale.map { ($0.purpose, $0.agreed) }, terms: terms,
            unsent: unsent)
        var message: ArchiveID?
        let copy = telling(switchOff)
        if let copy, case .stored(_, let row) = try store(Text(sender: nil, recipient: copy, repeatKey: nil)) {
            message = row
        }
        return ToldSwitchOff(switchOff: switchOff, message: message, payload: copy?.payload)
    }

    /// The version of the terms by which everybody is switched off who had to be; 1 changes nothing for anybody.
    fileprivate func settledTerms() throws(StoreError) -> Int {
        Int(max(1, try sql.number("SELECT value FROM high_water WHERE name = 'settled terms'")))
    }

    fileprivate func setSettledTerms(_ version: Int) throws(StoreError) {
        try sql.run(
            """
            INSERT INTO high_water (name, value) VALUES ('settled terms', ?1)
            ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)
            """, version)
    }
}

extension BatchEngine {
    /// The last decision about a purpose, for the writer's own thread.
    fileprivate func lastAction(of person: PersonID, on purpose: PurposeCode) throws(StoreError) -> Decision.Action? {
        try StoreError.wrap {
            try content.pool.read { db in
                try SQL(db: db).row(
                    "SELECT action FROM ledger WHERE owner = ?1 AND purpose = ?2 ORDER BY id DESC LIMIT 1",
                    person.rawValue, purpose.rawValue
                ) { Decision.Action(rawValue: $0[0]) } ?? nil
            }
        }
    }
}
