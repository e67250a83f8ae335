package import Consent
import Proof

/// What came of entering a code.
package enum Confirmation: Hashable, Sendable {
    /// The number is proven and *number-texting* is on. If somebody else held the number, theirs ended.
    case confirmed(Decision, displaced: PersonID?)
    case wrong(left: Int)
    case expired
    case spent
    /// No code was asked for.
    case none
}

/// By which number of ours a person may text a number, or why by none.
package enum Binding: Hashable, Sendable {
    case bound(BlindValue)
    /// All of the route's numbers are others' for this recipient.
    case noneFree
    /// The number said STOP.
    case stopped
    case denied(Denied)
}

extension Writer {
    /// Holds a claimed number, E.164 digits without the plus sign, and makes its code, replacing an earlier claim of the
    /// same person.
    ///
    /// `send` hands the code to the number (or to whoever hands it over), by the one permit for it. It runs on the writer's
    /// thread; false drops the claim.
    package func claim(
        _ digits: [UInt8], by person: PersonID,
        send: @escaping @Sendable (_ code: String, borrowing CodePermit) -> Bool
    ) async throws(StoreError) {
        try await exclusively { (both) throws(StoreError) in try both.claim(digits, by: person, send: send) }
    }

    /// A new code for the number that a person claimed, to be handed over by whoever vouches that the number is theirs.
    /// Nil if they claimed none, or the claim has expired.
    package func renewCode(for person: PersonID) async throws(StoreError) -> String? {
        try await exclusively { (both) throws(StoreError) in try both.renewCode(for: person) }
    }

    /// Enters a code. The right one turns *number-texting* on for the claimed number.
    package func confirmNumber(by person: PersonID, entry: String) async throws(StoreError) -> Confirmation {
        try await exclusively { (both) throws(StoreError) in try both.confirm(by: person, entry: entry) }
    }

    /// The sender number by which a person texts a number over a route, bound for them; nil if none is free.
    package func bind(
        route: String, recipient: BlindValue, owner: PersonID, senders: [BlindValue]
    ) async throws(StoreError) -> BlindValue? {
        let lapse = settings.bindingDays * WallClock.dayLength
        return try await exclusively { (both) throws(StoreError) in
            if case .failure(let denied) = both.vault.allows(.sms, for: owner) { throw .denied(denied) }
            return try both.keys.write { (keys) throws(StoreError) in
                return try keys.bind(
                    route: route, recipient: recipient, owner: owner, senders: senders, now: both.now, lapse: lapse)
            }
        }
    }

    /// The same for many texts at once, in one synced transaction on the keys file; in the order of `conversations`.
    ///
    /// A number that said STOP, or whose texter's *sms* doesn't stand at this moment, is bound to nothing.
    package func bind(
        route: String, _ conversations: [(recipient: BlindValue, owner: PersonID)], senders: [BlindValue]
    ) async throws(StoreError) -> [Binding] {
        let lapse = settings.bindingDays * WallClock.dayLength
        return try await exclusively { (both) throws(StoreError) in
            try both.keys.write { (keys) throws(StoreError) in
                var bindings: [Binding] = []
                bindings.reserveCapacity(conversations.count)
                for (recipient, owner) in conversations {
                    if try keys.isStopped(route: route, number: recipient) {
                        bindings.append(.stopped)
                    } else if case .failure(let denied) = both.vault.allows(.sms, for: owner) {
                        bindings.append(.denied(denied))
                    } else {
                        let sender = try keys.bind(
                            route: route, recipient: recipient, owner: owner, senders: senders, now: both.now,
                            lapse: lapse)
                        bindings.append(sender.map { .bound($0) } ?? .noneFree)
                    }
                }
                return bindings
            }
        }
    }

    /// Honours STOP or START for ever.
    package func setStopped(_ stopped: Bool, route: String, number: BlindValue) async throws(StoreError) {
        try await exclusively { (both) throws(StoreError) in
            try both.keys.write { (keys) throws(StoreError) in
                try keys.setStopped(stopped, route: route, number: number, now: both.now)
            }
        }
    }
}

extension KeysFile {
    /// Whose conversation a text from `recipient` to the route's number `sender` belongs to. Blocks for a disk read.
    package func binding(
        route: String, recipient: BlindValue, sender: BlindValue, now: Int64, lapse: Int64
    ) throws(StoreError) -> PersonID? {
        try read { (keys) throws(StoreError) in
            try keys.binding(route: route, recipient: recipient, sender: sender, now: now, lapse: lapse)
        }
    }

    /// Whether this number said STOP to this route. Blocks for a disk read.
    package func isStopped(route: String, number: BlindValue) throws(StoreError) -> Bool {
        try read { (keys) throws(StoreError) in try keys.isStopped(route: route, number: number) }
    }

    /// A person's proven number, sealed; opens under their *number-texting* permit at ``OwnNumber/place(of:)``.
    package func number(of owner: PersonID) throws(StoreError) -> Sealed<OwnNumber>? {
        try read { (keys) throws(StoreError) in try keys.number(of: owner) }
    }
}

extension OwnNumber {
    /// Where a person's own number stands.
    package static func place(of owner: PersonID) -> Place {
        Place("number.sealed", owner: owner, row: 0)
    }
}

extension KeysAndContent {
    func claim(
        _ digits: [UInt8], by person: PersonID, send: (String, borrowing CodePermit) -> Bool
    ) throws(StoreError) {
        let (challenge, code) = CodeChallenge.make(
            for: person, key: vault.codeKey, now: now)
        let claim = try keys.write { (keys) throws(StoreError) in
            guard try !keys.ids(of: person).isEmpty else { throw .noSuchPerson }
            let id = try keys.nextKey()
            let pending = try StoreError.consenting { () throws(Denied) in
                try vault.hold(digits, claimedBy: person, id: id)
            }
            let claim = StoredClaim(owner: person, id: id, pending: pending, challenge: challenge)
            try keys.setClaim(claim)
            return claim
        }
        try keys.truncateLog()
        let isSent = try StoreError.consenting { () throws(Denied) in
            try vault.withCodePermit(claim.pending, claimedBy: person, id: claim.id) { permit in send(code, permit) }
        }
        guard !isSent else { return }
        try keys.write { (keys) throws(StoreError) in try keys.dropClaim(of: person) }
        try keys.truncateLog()
    }

    /// Forgets a number that waits for its code.
    func dropClaim(of person: PersonID) throws(StoreError) {
        guard try keys.read({ (keys) throws(StoreError) in try keys.claim(of: person) }) != nil else { return }
        try keys.write { (keys) throws(StoreError) in try keys.dropClaim(of: person) }
        try keys.truncateLog()
    }

    func renewCode(for person: PersonID) throws(StoreError) -> String? {
        guard var claim = try keys.read({ (keys) throws(StoreError) in try keys.claim(of: person) }),
            claim.challenge.expires > now
        else { return nil }
        let code: String
        (claim.challenge, code) = CodeChallenge.make(for: person, key: vault.codeKey, now: now)
        let renewed = claim
        try keys.write { (keys) throws(StoreError) in try keys.setClaim(renewed) }
        try keys.truncateLog()
        return code
    }

    func confirm(by person: PersonID, entry: String) throws(StoreError) -> Confirmation {
        guard var claim = try keys.read({ (keys) throws(StoreError) in try keys.claim(of: person) }) else {
            return .none
        }
        let outcome = claim.challenge.enter(entry, by: person, key: vault.codeKey, now: now)
        switch outcome {
        case .wrong(let left) where left > 0:
            let entered = claim
            try keys.write { (keys) throws(StoreError) in try keys.setClaim(entered) }
            return .wrong(left: left)
        case .wrong, .spent, .expired:
            try keys.write { (keys) throws(StoreError) in try keys.dropClaim(of: person) }
            try keys.truncateLog()
            return outcome == .expired ? .expired : .spent
        case .right:
            return try turnOn(claim)
        }
    }

    private func turnOn(_ claim: StoredClaim) throws(StoreError) -> Confirmation {
        let person = claim.owner
        let number = try StoreError.consenting { () throws(Denied) in
            try vault.withCodePermit(claim.pending, claimedBy: person, id: claim.id) { (permit) in permit.number }
        }
        let value = vault.index(number)
        // Whoever held the number, and an earlier number of the same person, end first.
        let displaced = try keys.read { (keys) throws(StoreError) in try keys.holder(of: value) }
        if let displaced, displaced != person { try end(displaced, by: .server) }
        try end(person, by: .person)

        let decision = decision(.grant, .numberTexting, by: person)
        let grant = Grant(decision: decision.id, terms: decision.terms, region: decision.region, at: decision.at)
        let salt = Salt.random()
        let key = try keys.write { (keys) throws(StoreError) -> KeyID in
            let id = try keys.nextKey()
            let key = try mint(id, .numberTexting, person, grant)
            let sealed = try StoreError.consenting { () throws(Denied) in
                try vault.seal(number, under: key, at: OwnNumber.place(of: person))
            }
            try keys.insert(key)
            try keys.setNumber(value, region: vault.region, sealed: sealed)
            try keys.insert(salt, decision: decision.id, owner: person)
            try keys.dropClaim(of: person)
            return id
        }
        try keys.truncateLog()
        vault.refresh(person)
        vault.setAlias(value, of: person)
        try content { (transaction) throws(StoreError) in
            try transaction.record(decision, key: key, salt: salt)
            try transaction.use(key, owner: person)
        }
        return .confirmed(decision, displaced: displaced == person ? nil : displaced)
    }

    /// Ends *number-texting* of somebody, if it stands.
    private func end(_ person: PersonID, by actor: Receipt.Actor) throws(StoreError) {
        do throws(StoreError) {
            _ = try withdraw(.numberTexting, by: person, actor: actor)
        } catch {
            guard error == .denied(.noConsent) else { throw error }
        }
    }
}
