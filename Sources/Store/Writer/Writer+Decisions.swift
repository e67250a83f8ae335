package import Consent
package import Proof

/// What came of switching a purpose off.
package struct Withdrawal: Hashable, Sendable {
    package let decision: Decision
    /// The key that is gone.
    package let key: KeyID
    /// How many rows lay under it, the key's own included; none do now.
    package let rows: Int
}

extension Writer {
    /// A yes to a purpose: a new key, or new terms for the one that stands. Synced keys first, then the ledger.
    ///
    /// *number-texting* begins by ``confirmNumber(by:entry:)``; here it can only be renewed.
    ///
    /// `shown` is the version of the terms that the person answers to, if that isn't known to be the newest.
    /// - Throws: `denied(staleTerms)` if the purpose's text has changed since that version; nothing is recorded then.
    package func grant(
        _ purpose: PurposeCode, by person: PersonID, shown: Int? = nil
    ) async throws(StoreError) -> Decision {
        try await exclusively { (both) throws(StoreError) in
            if let shown, shown < both.vault.terms.version(inWhichChanged: purpose) { throw .denied(.staleTerms) }
            return try both.grant(purpose, by: person)
        }
    }

    /// A no to an offer, for the record.
    package func refuse(_ purpose: PurposeCode, by person: PersonID) async throws(StoreError) -> Decision {
        try await exclusively { (both) throws(StoreError) in try both.refuse(purpose, by: person) }
    }

    /// Switches a purpose off: denied from the moment of this call, its key destroyed and its rows gone when it
    /// returns.
    ///
    /// - Throws: `denied(noConsent)` if it wasn't on.
    package func withdraw(_ purpose: PurposeCode, by person: PersonID) async throws(StoreError) -> Withdrawal {
        vault.close(purpose, of: person)
        defer { vault.settle(purpose, of: person) }
        return try await exclusively { (both) throws(StoreError) in try both.withdraw(purpose, by: person) }
    }

    /// Removes a person: every key destroyed, every row gone but the ledger's. Denied from the moment of this call.
    /// `actor` is who wants it so.
    ///
    /// - Returns: one receipt for the whole departure, to be handed to the person at once: its salt isn't stored, so
    ///   nobody else can ever tell which leaf of the log is theirs. ``TransparencyLog/proof(of:)-(FinalReceipt)`` makes its proof
    ///   once it is published.
    @discardableResult
    package func erase(
        _ person: PersonID, by actor: Receipt.Actor = .person
    ) async throws(StoreError) -> FinalReceipt {
        vault.close(person)
        defer { vault.settle(person) }
        return try await exclusively { (both) throws(StoreError) in try both.erase(person, by: actor) }
    }

    /// Removes a person who asked to leave, if that is still so and was due by `moment`, milliseconds since 1970: they may have
    /// decided to stay while their turn came.
    ///
    /// - Returns: nil if they stay, or leave later.
    package func eraseIfDue(_ person: PersonID, by moment: Int64) async throws(StoreError) -> FinalReceipt? {
        try await exclusively { (both) throws(StoreError) in
            let due = try both.content { (transaction) throws(StoreError) in
                try transaction.snapshot.leaving(of: person)
            }
            guard let due, due <= moment else { return nil }
            both.vault.close(person)
            defer { both.vault.settle(person) }
            return try both.erase(person, by: .person)
        }
    }
}

extension KeysAndContent {
    func grant(_ purpose: PurposeCode, by person: PersonID) throws(StoreError) -> Decision {
        try writeDownStale(purpose, of: person)
        let decision = decision(.grant, purpose, by: person)
        let grant = Grant(decision: decision.id, terms: decision.terms, region: decision.region, at: decision.at)
        let salt = Salt.random()
        let key = try keys.write { (keys) throws(StoreError) -> KeyID in
            guard try !keys.ids(of: person).isEmpty else { throw .noSuchPerson }
            try keys.insert(salt, decision: decision.id, owner: person)
            if let standing = try keys.key(of: purpose, owner: person) {
                try keys.renew(standing.id, grant: grant)
                return standing.id
            }
            guard purpose != .numberTexting else { throw .conflict }
            let id = try keys.nextKey()
            try keys.insert(try mint(id, purpose, person, grant))
            return id
        }
        vault.refresh(person)
        try content { (transaction) throws(StoreError) in
            try transaction.record(decision, key: key, salt: salt)
            try transaction.use(key, owner: person)
        }
        return decision
    }

    func refuse(_ purpose: PurposeCode, by person: PersonID) throws(StoreError) -> Decision {
        let decision = decision(.refuse, purpose, by: person)
        let salt = Salt.random()
        try keys.write { (keys) throws(StoreError) in
            guard try !keys.ids(of: person).isEmpty else { throw .noSuchPerson }
            try keys.insert(salt, decision: decision.id, owner: person)
        }
        try content { (transaction) throws(StoreError) in try transaction.record(decision, key: nil, salt: salt) }
        return decision
    }

    /// `actor` is who made it happen, if not the person.
    func withdraw(
        _ purpose: PurposeCode, by person: PersonID, actor: Receipt.Actor? = nil
    ) throws(StoreError) -> Withdrawal {
        if purpose == .numberTexting { try dropClaim(of: person) }
        let decision = decision(.withdraw, purpose, by: person)
        let standing = try keys.read { (keys) throws(StoreError) -> (key: StoredKey, rows: Int)? in
            guard let key = try keys.key(of: purpose, owner: person) else { return nil }
            return (key, try keys.rowCount(under: key.id, owner: person))
        }
        guard let (key, keyRows) = standing else { throw .denied(.noConsent) }
        let salt = Salt.random()
        let dead = try keys.write { (keys) throws(StoreError) -> [KeyID] in
            try keys.insert(salt, decision: decision.id, owner: person)
            try keys.destroy(key, decision: decision, by: actor, at: now)
            return purpose == .history ? try keys.dropHistory(of: person, at: now) : []
        }
        try keys.truncateLog()
        if purpose == .numberTexting { vault.removeAlias(of: person) }
        vault.refresh(person)
        let rows = try content { (transaction) throws(StoreError) -> Int in
            var rows = 0
            for id in [key.id] + dead {
                rows += try transaction.snapshot.rowCount(under: id, owner: person)
                try transaction.purge(id, owner: person)
            }
            // An SMS that waits for the person to read over IP is not sent to somebody who can't be texted by number.
            if purpose == .numberTexting { try transaction.cancelOutgoing(standingInFor: person) }
            try transaction.record(decision, key: key.id, by: actor, salt: salt)
            return rows
        }
        try engine.truncateContentLog()
        return Withdrawal(decision: decision, key: key.id, rows: keyRows + rows)
    }

    func erase(_ person: PersonID, by actor: Receipt.Actor) throws(StoreError) -> FinalReceipt {
        let known = try keys.read { (keys) throws(StoreError) in try keys.ids(of: person) }
        guard !known.isEmpty else { throw .noSuchPerson }
        let decided = try content { (transaction) throws(StoreError) in
            Set(try transaction.snapshot.ledger(of: person).map(\.purpose))
        }
        let decisions = decided.sorted { $0.rawValue < $1.rawValue }.map { decision(.erase, $0, by: person) }
        try keys.write { (keys) throws(StoreError) in
            for id in known {
                guard let key = try keys.key(id, of: person) else { continue }
                var reason: Decision?
                if case .purpose(let purpose) = key.use { reason = decisions.first { $0.purpose == purpose } }
                try keys.destroy(key, decision: reason, by: actor, at: now)
            }
            try keys.forget(person)
        }
        try keys.truncateLog()
        let receipt = try content { (transaction) throws(StoreError) in
            let receipt = try transaction.depart(person, decisions: decisions, by: actor, salt: .random())
            try transaction.cancelOutgoing(standingInFor: person)
            try transaction.purge(person)
            return receipt
        }
        try engine.truncateContentLog()
        guard let receipt else { throw .noSuchPerson }
        return receipt
    }

    func mint(
        _ id: KeyID, _ purpose: PurposeCode, _ person: PersonID, _ grant: Grant
    ) throws(StoreError) -> StoredKey {
        try StoreError.consenting { () throws(Denied) in
            try vault.mintKey(id, owner: person, purpose: purpose, day: day, grant: grant)
        }
    }
}
