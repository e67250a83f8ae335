import Consent
import GRDB

/// Makes content follow the keys file at start; the two don't commit together, and the keys file is the authority.
struct Reconciliation {
    let keys: KeysFile
    let content: Content
    let vault: Vault
    let now: Int64

    /// - Returns: the highest id ever given out.
    /// - Throws: `unknownKeys` if content uses keys that the keys file has never seen; nothing is changed then.
    func run() throws(StoreError) -> Int64 {
        let facts = try keys.read { (keys) throws(StoreError) in try keys.facts() }
        let (used, withdrawn) = try StoreError.wrap {
            try content.pool.read { db in
                let sql = SQL(db: db)
                guard try sql.identity() == facts.identity, facts.identity != nil else { throw StoreError.foreignKeys }
                return (try sql.usedKeys(), try sql.withdrawnKeys())
            }
        }
        let unknown = used.keys.filter { facts.live[$0] == nil && facts.dead[$0] == nil }
        guard unknown.isEmpty else { throw .unknownKeys(unknown.count) }

        try destroy(facts.live.values.filter { withdrawn.contains($0.id) })
        let dead = try keys.read { (keys) throws(StoreError) in try keys.facts() }.dead
        return try StoreError.wrap {
            try content.pool.write { db in
                let last = try SQL(db: db).highWater()
                let transaction = Transaction(
                    sql: SQL(db: db), vault: vault, messageKeys: [:], repeats: Repeats(),
                    clock: ArchiveClock(after: max(last, facts.lastDecision)), now: now)
                for key in facts.live.values { try transaction.makeUp(for: key) }
                for tombstone in dead.values {
                    if let decision = tombstone.decision { try transaction.record(decision, key: tombstone.id) }
                    guard let owner = used[tombstone.id] else { continue }
                    if tombstone.use == .service { try transaction.purge(owner) }
                    try transaction.purge(tombstone.id, owner: owner)
                }
                for (version, sha256) in vault.terms.digests where !sha256.isEmpty {
                    try transaction.note(terms: version, digest: sha256)
                }
                if transaction.clock.last > last { try transaction.raiseHighWater() }
                return transaction.clock.last
            }
        }
    }

    /// Keys that the ledger says were withdrawn are live again in an older keys file: they go again.
    private func destroy(_ resurrected: [StoredKey]) throws(StoreError) {
        guard !resurrected.isEmpty else { return }
        try keys.write { (keys) throws(StoreError) in
            for key in resurrected {
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
    let use: KeyUse
    let decision: Decision?
}

/// What the keys file says at start.
struct KeyFacts {
    var identity: [UInt8]?
    /// Live keys of purposes, and of the service; of message keys only their number counts.
    var live: [KeyID: StoredKey] = [:]
    var dead: [KeyID: Tombstone] = [:]
    var lastDecision: Int64 = 0
}

extension KeysTransaction {
    func facts() throws(StoreError) -> KeyFacts {
        var facts = KeyFacts()
        facts.identity = try sql.identity()
        for key in try allKeys() { facts.live[key.id] = key }
        let tombstones = try sql.rows(
            "SELECT id, owner, use, at, decision, action, terms, region FROM tombstone"
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
            return Tombstone(id: KeyID(rawValue: row[0]), use: use, decision: decision)
        }
        for tombstone in tombstones { facts.dead[tombstone.id] = tombstone }
        facts.lastDecision = try sql.number(
            """
            SELECT max(coalesce((SELECT max(decision) FROM key), 0), coalesce((SELECT max(decision) FROM tombstone), 0),
                coalesce((SELECT max(decision) FROM salt), 0))
            """)
        return facts
    }
}

extension SQL {
    func usedKeys() throws(StoreError) -> [KeyID: PersonID] {
        let pairs = try rows("SELECT key, owner FROM used_key") { row -> (KeyID, PersonID) in
            guard let owner = PersonID(rawValue: row[1]) else { throw StoreError.damaged(Content.fileName) }
            return (KeyID(rawValue: row[0]), owner)
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// Keys that the ledger says are gone.
    func withdrawnKeys() throws(StoreError) -> Set<KeyID> {
        Set(
            try rows(
                "SELECT key FROM ledger WHERE key IS NOT NULL AND action IN ('withdraw', 'erase')"
            ) { KeyID(rawValue: $0[0]) })
    }

    func highWater() throws(StoreError) -> Int64 {
        try number(
            """
            SELECT max(coalesce((SELECT value FROM high_water WHERE name = 'id'), 0),
                coalesce((SELECT max(id) FROM message), 0), coalesce((SELECT max(id) FROM ledger), 0))
            """)
    }
}

extension Transaction {
    /// A yes whose ledger row was lost between the two files.
    fileprivate func makeUp(for key: StoredKey) throws(StoreError) {
        guard case .purpose(let purpose) = key.use, let grant = key.grant else { return }
        try use(key.id, owner: key.owner)
        try record(
            Decision(
                id: grant.decision, person: key.owner, purpose: purpose, action: .grant, terms: grant.terms,
                region: grant.region, at: grant.at), key: key.id)
    }
}
