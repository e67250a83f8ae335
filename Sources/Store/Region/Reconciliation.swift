import Consent
import GRDB
import Proof

/// Makes content follow the keys file at start; the two don't commit together, and the keys file is the authority.
struct Reconciliation {
    let keys: KeysFile
    let content: Content
    let vault: Vault
    let signer: LogSigner
    let now: Int64

    /// - Returns: the highest id ever given out.
    /// - Throws: `unknownKeys` if content uses keys that the keys file has never seen; nothing is changed then.
    func run() throws(StoreError) -> Int64 {
        try checkIdentity()
        var difference = try compare()
        guard difference.unknown == 0 else { throw .unknownKeys(difference.unknown) }

        try dropOutdatedClaims()
        if !difference.resurrected.isEmpty {
            try destroy(difference.resurrected)
            difference = try compare()
        }
        let facts = try keys.read { (keys) throws(StoreError) in try keys.facts(about: difference) }
        let salts = try salts(for: facts.decisions + (try decisionsWithoutReceipt()))
        let last = try StoreError.wrap {
            try content.pool.write { db in
                let last = try SQL(db: db).highWater()
                let recent = RecentMessages()
                let transaction = Transaction(
                    sql: SQL(db: db), statements: try BatchStatements(db), vault: vault, messageKeys: MessageKeys(),
                    repeats: Repeats(), recent: recent, signer: signer,
                    clock: ArchiveClock(after: max(last, difference.lastDecision)),
                    tail: try Tail(SQL(db: db), recent), now: now)
                for (version, digest) in vault.terms.digests { try transaction.note(terms: version, digest: digest) }
                try transaction.makeUp(facts, orphaned: difference.orphaned, salts: salts)
                if transaction.clock.last > last { try transaction.raiseHighWater() }
                return transaction.clock.last
            }
        }
        // Rows that a crash left under destroyed keys are gone; so are they from the log, unless somebody reads it.
        _ = try content.truncateLog(patience: 1_000)
        return last
    }

    private func checkIdentity() throws(StoreError) {
        let identity = try keys.read { (keys) throws(StoreError) in try keys.sql.identity() }
        let same = try StoreError.wrap { try content.pool.read { db in try SQL(db: db).identity() == identity } }
        guard same, identity != nil else { throw .foreignKeys }
    }

    private func compare() throws(StoreError) -> KeyComparison {
        try keys.read { (keys) throws(StoreError) in
            try StoreError.wrap {
                try content.pool.read { db in try KeyComparison(keys: keys, content: SQL(db: db)) }
            }
        }
    }

    /// The decisions that should have a receipt and have none because there were no receipts then; once.
    private func decisionsWithoutReceipt() throws(StoreError) -> [Decision] {
        try StoreError.wrap { try content.pool.read { db in try SQL(db: db).decisionsWithoutReceipt() } }
    }

    /// The salts of decisions, by number; those that are missing are made and synced before content relies on them.
    private func salts(for decisions: [Decision]) throws(StoreError) -> [DecisionID: Salt] {
        guard !decisions.isEmpty else { return [:] }
        return try keys.write { (keys) throws(StoreError) in
            var salts: [DecisionID: Salt] = [:]
            for decision in decisions where salts[decision.id] == nil {
                if let salt = try keys.salt(of: decision.id) {
                    salts[decision.id] = salt
                } else if try !keys.ids(of: decision.person).isEmpty {
                    let salt = Salt.random()
                    try keys.insert(salt, decision: decision.id, owner: decision.person)
                    salts[decision.id] = salt
                }
            }
            return salts
        }
    }

    /// Whoever waited for a code when terms were published and then the machine stopped was shown the earlier text: the code would
    /// be a yes to the new one.
    private func dropOutdatedClaims() throws(StoreError) {
        guard let noted = try content.recordedTerms().keys.max(),
            vault.terms.version > noted, vault.terms.version(inWhichChanged: .numberTexting) > noted,
            try keys.write({ (keys) throws(StoreError) in try keys.dropClaims() }) > 0
        else { return }
        try keys.truncateLog()
    }

    /// Keys that the ledger says were withdrawn are live again in an older keys file: they go again.
    private func destroy(_ resurrected: [KeyID]) throws(StoreError) {
        try keys.write { (keys) throws(StoreError) in
            for id in resurrected {
                guard let key = try keys.key(id) else { continue }
                try keys.destroy(key, decision: nil, at: now)
                if key.use == .purpose(.history) { _ = try keys.dropHistory(of: key.owner, at: now) }
            }
        }
        try keys.truncateLog()
    }
}

/// A key that was destroyed.
struct Tombstone {
    let id: KeyID
    let owner: PersonID
    let at: Int64
    let use: KeyUse
    let decision: Decision?
    /// Who made it happen, if not the person.
    let actor: Receipt.Actor?
}

/// What the keys file says of the keys about which content says something else.
struct KeyFacts {
    /// Live keys, in the order of their numbers.
    var live: [StoredKey] = []
    /// Destroyed keys, in the order of their numbers; with a departure among them all of its person's.
    var dead: [Tombstone] = []

    /// What the ledger should say.
    var decisions: [Decision] { live.compactMap(\.decision) + dead.compactMap(\.decision) }
}

extension KeysTransaction {
    func facts(about difference: KeyComparison) throws(StoreError) -> KeyFacts {
        var facts = KeyFacts()
        for id in difference.unsettled {
            if let key = try key(id) { facts.live.append(key) }
        }
        var dead: [KeyID: Tombstone] = [:]
        for id in difference.unrecorded + difference.orphaned.keys {
            guard let tombstone = try tombstones(where: "id", id.rawValue).first else { continue }
            dead[id] = tombstone
            guard tombstone.use == .service else { continue }
            for other in try tombstones(where: "owner", tombstone.owner.rawValue) { dead[other.id] = other }
        }
        facts.dead = dead.values.sorted { $0.id < $1.id }
        return facts
    }

    private func tombstones(where column: String, _ value: Int64) throws(StoreError) -> [Tombstone] {
        try sql.rows(
            """
            SELECT id, owner, use, at, decision, action, terms, region, actor FROM tombstone
            WHERE \(column) = ?1 ORDER BY id
            """, value
        ) { row -> Tombstone in
            guard let owner = PersonID(rawValue: row[1]), let use = KeyUse(code: row[2]) else {
                throw StoreError.damaged(KeysFile.fileName)
            }
            var decision: Decision?
            if case .purpose(let purpose) = use, let id = row[4] as Int64?,
                let action = (row[5] as String?).flatMap(Decision.Action.init), let terms = row[6] as Int?,
                let region = (row[7] as String?).flatMap(Region.init)
            {
                decision = Decision(
                    id: DecisionID(rawValue: id), person: owner, purpose: purpose, action: action, terms: terms,
                    region: region, at: row[3])
            }
            return Tombstone(
                id: KeyID(rawValue: row[0]), owner: owner, at: row[3], use: use, decision: decision,
                actor: (row[8] as String?).flatMap(Receipt.Actor.init))
        }
    }
}

extension SQL {
    func highWater() throws(StoreError) -> Int64 {
        try number(
            """
            SELECT max(coalesce((SELECT value FROM high_water WHERE name = 'id'), 0),
                coalesce((SELECT max(id) FROM message), 0), coalesce((SELECT max(id) FROM ledger), 0))
            """)
    }
}

extension SQL {
    /// Decisions of people who are here, from before there were receipts; none after the start that made these up.
    func decisionsWithoutReceipt() throws(StoreError) -> [Decision] {
        guard try number("SELECT count(*) FROM meta WHERE name = 'decisions without receipts'") > 0 else { return [] }
        return try rows(
            """
            SELECT id, owner, purpose, action, terms, region, at FROM ledger
            WHERE owner IN (SELECT id FROM person) AND id NOT IN (SELECT id FROM evidence) ORDER BY id
            """
        ) { row in
            guard let person = PersonID(rawValue: row[1]), let purpose = PurposeCode(rawValue: row[2]),
                let action = Decision.Action(rawValue: row[3]), let region = Region(row[5])
            else { throw StoreError.damaged(Content.fileName) }
            return Decision(
                id: DecisionID(rawValue: row[0]), person: person, purpose: purpose, action: action, terms: row[4],
                region: region, at: row[6])
        }
    }
}

extension StoredKey {
    /// The yes that a purpose's key stands for, as its ledger row.
    fileprivate var decision: Decision? {
        guard case .purpose(let purpose) = use, let grant else { return nil }
        return Decision(
            id: grant.decision, person: owner, purpose: purpose, action: .grant, terms: grant.terms,
            region: grant.region, at: grant.at)
    }
}

extension Transaction {
    /// What was lost between the two files: yeses, withdrawals and departures that the ledger doesn't know, rows whose key is
    /// gone, and receipts of before there were any.
    fileprivate func makeUp(
        _ facts: KeyFacts, orphaned: [KeyID: PersonID], salts: [DecisionID: Salt]
    ) throws(StoreError) {
        for decision in try sql.decisionsWithoutReceipt() {
            guard let salt = salts[decision.id] else { continue }
            try keepReceipt(of: decision, salt: salt)
        }
        try sql.run("DELETE FROM meta WHERE name = 'decisions without receipts'")
        for key in facts.live {
            guard let decision = key.decision else { continue }
            try use(key.id, owner: key.owner)
            try record(decision, key: key.id, salt: salts[decision.id])
        }
        for tombstone in facts.dead where tombstone.decision?.action != .erase {
            guard let decision = tombstone.decision else { continue }
            try record(decision, key: tombstone.id, by: tombstone.actor, salt: salts[decision.id])
        }
        for tombstone in facts.dead where tombstone.use == .service && orphaned[tombstone.id] != nil {
            try finishDeparture(of: tombstone, facts.dead)
        }
        for (key, owner) in orphaned.sorted(by: { $0.key < $1.key }) { try purge(key, owner: owner) }
    }

    /// Ends a departure that was interrupted after the keys were destroyed. Nobody waits for its receipt any more.
    private func finishDeparture(of service: Tombstone, _ dead: [Tombstone]) throws(StoreError) {
        let person = service.owner
        var decisions = dead.compactMap(\.decision).filter { $0.person == person && $0.action == .erase }
        for purpose in Set(try snapshot.ledger(of: person).map(\.purpose)).sorted(by: { $0.rawValue < $1.rawValue })
        where !decisions.contains(where: { $0.purpose == purpose }) {
            decisions.append(
                Decision(
                    id: nextID().decision, person: person, purpose: purpose, action: .erase,
                    terms: vault.terms.version, region: vault.region, at: service.at))
        }
        _ = try depart(person, decisions: decisions, by: service.actor ?? .server, salt: .random())
        try cancelOutgoing(standingInFor: person)
        try purge(person)
    }
}
