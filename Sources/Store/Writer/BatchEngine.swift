import Consent
import GRDB
import Synchronization

/// Turns jobs into synced transactions. Used from the writer's queue only; every throw is the writer's end.
final class BatchEngine: Sendable {
    private struct State {
        let repeats = Repeats()
        var clock: ArchiveClock
        var tail: Tail
        var marks = BatchMarks()
        /// Up to which number the disk holds all as given out.
        var reserved: Int64 = 0
        /// Message keys of today whose use content knows of.
        var registered: Set<KeyID> = []
        /// Those of them that are still to be sealed under.
        var usable = UsableKeys()
        /// Made with the first transaction.
        var statements: BatchStatements?
        var reserve: WALReserve
        var usesWritten: Int64 = 0
        /// Deleted rows may lie in the content's log still, as somebody was reading when it was to be cut.
        var isTruncationDue = false

        /// What was indexed is committed: memory needn't know it any more.
        mutating func forgetIndexed(_ recent: RecentMessages) {
            recent.forget(upTo: tail.reach, of: tail.indexed)
            tail.indexed = []
        }
    }

    let content: Content
    private let keys: KeysFile
    private let vault: Vault
    private let wall: WallClock
    private let signer: LogSigner
    private let answering: @Sendable (() -> Void) -> Void
    private let state: Mutex<State>

    /// `answering` runs the answers to a batch, on the writer's thread.
    init(
        content: Content, tail: Tail, keys: KeysFile, vault: Vault, signer: LogSigner, wall: WallClock, lastID: Int64,
        answering: @escaping @Sendable (() -> Void) -> Void = { $0() }
    ) {
        self.answering = answering
        self.content = content
        self.keys = keys
        self.vault = vault
        self.wall = wall
        self.signer = signer
        self.state = Mutex(
            State(clock: ArchiveClock(after: lastID), tail: tail, reserve: WALReserve(database: content.pool.path)))
    }

    /// Lets go of the statements, which would keep the connection from being closed.
    func close() {
        content.pool.writeWithoutTransaction { _ in
            state.withLock { $0.statements = nil }
        }
    }

    /// Looks after the log, for the commits to come; to be called when a batch is answered.
    func tendLog() throws(StoreError) {
        try content.checkpoints.tend(content.pool)
        state.withLock { $0.reserve.extend() }
    }

    /// Runs a job that has keys file and content for itself.
    func run(_ job: Job.Exclusive) throws(StoreError) {
        let both = KeysAndContent(keys: keys, vault: vault, engine: self, now: wall.now())
        do throws(StoreError) {
            try truncateIfDue()
            try job.run(both)()
        } catch {
            if error.isFatal { throw error }
            job.fail(error)
        }
    }

    /// Commits a batch, with what clients have acknowledged, and answers it.
    func run(
        _ batch: ArraySlice<Job>, _ acknowledged: [PersonID: [ArchiveID]]
    ) throws(StoreError) -> CommittedBatch {
        let now = wall.now()
        let began = ContinuousClock.now
        let messageKeys = try messageKeys(for: batch, now: now)
        // A batch that comes to nothing ends the writer, and the marks with it.
        var marks = state.withLock { $0.marks }
        let answers = try transact(now: now, messageKeys: messageKeys) { (transaction) throws(StoreError) in
            var answers: [Answer] = []
            answers.reserveCapacity(batch.count)
            marks.begin(at: now)
            for job in batch {
                answers.append(try run(job, transaction, &marks))
            }
            for (owner, ids) in acknowledged { try transaction.acknowledge(ids, owner: owner) }
            for mark in marks.newest.values { try transaction.mark(mark) }
            return answers
        }
        state.withLock { [marks] in $0.marks = marks }
        let committed = CommittedBatch(jobs: batch.count, since: began)
        answering { for answer in answers { answer.give() } }
        return committed
    }

    /// One synced transaction on content, with the bookkeeping that every one has. Its body must not ask the engine.
    func transact<R: Sendable>(
        now: Int64, messageKeys: MessageKeys = MessageKeys(), _ body: (Transaction) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        let uses = takeUses(now: now)
        do throws(StoreError) {
            return try transact(now: now, uses: uses, messageKeys: messageKeys, body)
        } catch {
            // Undone with the rest: they go with the next transaction.
            vault.giveBack(uses)
            state.withLock { $0.usesWritten = .min }
            throw error
        }
    }

    private func transact<R: Sendable>(
        now: Int64, uses: [Vault.Use: Int], messageKeys: MessageKeys,
        _ body: (Transaction) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        // A second's numbers at once, so that not every batch writes the page on which they are counted.
        let reserve = ArchiveID(firstAt: now + 1_000).rawValue
        // The state is the writer's alone: nobody waits for this lock, it only tells the compiler so.
        return try state.withLock { (state: inout State) throws(StoreError) -> R in
            let transaction = try transact(&state, now: now, messageKeys: messageKeys) {
                (state, transaction) throws(StoreError) in
                for (owner, key) in messageKeys.fresh where !state.registered.contains(key) {
                    try transaction.use(key, owner: owner)
                }
                try transaction.count(uses)
                let result = try body(transaction)
                try transaction.indexSome()
                if transaction.clock.last > state.reserved {
                    try transaction.raiseHighWater(to: reserve)
                }
                return (result, transaction.clock, transaction.tail)
            }
            if transaction.1.last > state.reserved { state.reserved = max(reserve, transaction.1.last) }
            state.clock = transaction.1
            state.tail = transaction.2
            state.forgetIndexed(content.recent)
            if !messageKeys.fresh.isEmpty {
                if state.registered.count > UsableKeys.limit { state.registered = [] }
                state.registered.formUnion(messageKeys.fresh.values)
                state.usable.add(messageKeys.fresh)
            }
            return transaction.0
        }
    }

    private func transact<R: Sendable>(
        _ state: inout State, now: Int64, messageKeys: MessageKeys,
        _ body: (State, Transaction) throws(StoreError) -> R
    ) throws(StoreError) -> R {
        try StoreError.wrap {
            try content.pool.writeWithoutTransaction { db in
                let statements = try state.statements ?? BatchStatements(db)
                state.statements = statements
                defer { content.checkpoints.note(db) }
                return try statements.transaction(db) {
                    return try body(
                        state,
                        Transaction(
                            sql: SQL(db: db), statements: statements, vault: vault, messageKeys: messageKeys,
                            repeats: state.repeats, recent: content.recent, signer: signer, clock: state.clock,
                            tail: state.tail, now: now))
                }
            }
        }
    }

    /// Cuts the content's log, so that deleted rows are nowhere. If somebody reads just then it is made up for by
    /// ``truncateIfDue()``: what the rows were sealed under is destroyed by then.
    func truncateContentLog(patience: Int = 1_000) throws(StoreError) {
        let isCut = try content.truncateLog(patience: patience)
        state.withLock { $0.isTruncationDue = !isCut }
    }

    /// Tries again what ``truncateContentLog(patience:)`` couldn't do.
    func truncateIfDue() throws(StoreError) {
        if state.withLock({ $0.isTruncationDue }) { try truncateContentLog(patience: 0) }
    }

    /// Indexes some of what was stored lately, if nothing more comes: what comes then has less to do.
    ///
    /// - Returns: whether there is no more to do.
    func indexStep() throws(StoreError) -> Bool {
        let before = content.recent.count
        guard before > 0 || state.withLock({ !$0.tail.isResting }) else { return true }
        try transact(now: wall.now()) { (transaction) throws(StoreError) in try transaction.indexStep() }
        let isResting = state.withLock { $0.tail.isResting }
        // The pass that has ended may be one that left some.
        return isResting && (content.recent.count == 0 || content.recent.count == before)
    }

    /// Hands out an id outside a content transaction, for what the keys file must know first.
    func nextID(now: Int64) -> ArchiveID {
        state.withLock { $0.clock.next(now: now) }
    }

    /// Writes down the uses counted since the last batch that did, and gives back the numbers that were reserved.
    func settle() throws(StoreError) {
        let hasReserve = state.withLock { state in
            state.usesWritten = .min
            return state.reserved > state.clock.last
        }
        guard hasReserve || vault.hasUses else { return }
        try transact(now: wall.now()) { (transaction) throws(StoreError) in try transaction.raiseHighWater() }
    }

    private func takeUses(now: Int64) -> [Vault.Use: Int] {
        let isDue = state.withLock { state -> Bool in
            guard now < state.usesWritten || now >= state.usesWritten &+ 1_000 else { return false }
            state.usesWritten = now
            return true
        }
        return isDue ? vault.takeUses() : [:]
    }

    /// What one job is told after the commit.
    private enum Answer {
        case text(then: @Sendable (Result<Stored, StoreError>) -> Void, Result<Stored, StoreError>)
        case other(@Sendable () -> Void)

        func give() {
            switch self {
            case .text(let then, let result): then(result)
            case .other(let then): then()
            }
        }
    }

    /// Runs one job; the answer is to be given after the commit.
    private func run(
        _ job: Job, _ transaction: Transaction, _ marks: inout BatchMarks
    ) throws(StoreError) -> Answer {
        switch job {
        case .text(let text, let mark, let then):
            let sealed: Transaction.SealedText
            do throws(StoreError) {
                sealed = try transaction.seal(text)
            } catch {
                marks.note(mark, error, at: transaction.now)
                return .text(then: then, .failure(error))
            }
            marks.note(mark, at: transaction.now)
            return .text(then: then, .success(try transaction.store(sealed)))
        case .body(let body, let mark):
            let (clock, tail) = (transaction.clock, transaction.tail)
            try transaction.sql.run("SAVEPOINT job")
            do throws(StoreError) {
                let answer = try body.run(transaction)
                try transaction.sql.run("RELEASE job")
                marks.note(mark, at: transaction.now)
                return .other(answer)
            } catch {
                guard !error.isFatal, transaction.sql.db.isInsideTransaction else { throw error }
                try transaction.sql.run("ROLLBACK TO job")
                try transaction.sql.run("RELEASE job")
                (transaction.clock, transaction.tail) = (clock, tail)
                for owner in body.storesFor { transaction.repeats.forget(owner) }
                marks.note(mark, error, at: transaction.now)
                return .other { body.fail(error) }
            }
        case .exclusive(let exclusive):
            return .other { exclusive.fail(.conflict) }
        }
    }

    /// The message keys of everybody the batch stores for.
    private func messageKeys(for batch: ArraySlice<Job>, now: Int64) throws(StoreError) -> MessageKeys {
        // Asked for before the keys are: what changes in between is seen the next time.
        let changes = vault.changeCount
        var keys = state.withLock { state in
            state.usable.renew(day: WallClock.day(of: now), changes: changes)
            return MessageKeys(registered: state.usable.keys)
        }
        var missing: Set<PersonID> = []
        for job in batch {
            switch job {
            case .text(let text, _, _):
                if let owner = text.sender?.owner, keys.registered[owner] == nil { missing.insert(owner) }
                if let owner = text.recipient?.owner, keys.registered[owner] == nil { missing.insert(owner) }
            case .body(let body, _):
                for owner in body.storesFor where keys.registered[owner] == nil { missing.insert(owner) }
            case .exclusive: break
            }
        }
        if !missing.isEmpty { keys.fresh = try messageKeys(of: missing, now: now) }
        return keys
    }

    /// The message keys of some people; new ones are synced before this returns.
    ///
    /// People who don't exist (any more) are left out: their jobs fail by themselves.
    func messageKeys(of owners: Set<PersonID>, now: Int64) throws(StoreError) -> [PersonID: KeyID] {
        var found: [PersonID: KeyID] = [:]
        var missing: [PersonID] = []
        let day = WallClock.day(of: now)
        for owner in owners {
            do throws(Denied) {
                let key = try vault.withService(for: owner) { (service) throws(Denied) in
                    service.messageKey(day: day)
                }
                if let key { found[owner] = key } else { missing.append(owner) }
            } catch {
                // Erased or unreadable: the job that needs the key says so.
            }
        }
        guard !missing.isEmpty else { return found }
        let keyless = missing
        let minted = try keys.write { (keys) throws(StoreError) -> [PersonID: KeyID] in
            var minted: [PersonID: KeyID] = [:]
            for owner in keyless {
                let id = try keys.nextKey()
                guard let key = try? vault.mintMessageKey(id, owner: owner, day: day) else { continue }
                try keys.insert(key)
                minted[owner] = id
            }
            return minted
        }
        for owner in minted.keys { vault.refresh(owner) }
        return found.merging(minted) { _, new in new }
    }
}

extension StoreError {
    /// Whether a yes ended between a text's decision and its commit: the sender's session decides again, and submits what
    /// comes of it.
    package var isDecidedAnew: Bool { self == .denied(.staleTerms) || self == .denied(.noConsent) }

    /// Whether the disk is to blame, after which nothing may be written any more.
    package var isFatal: Bool {
        switch self {
        case .disk, .damaged, .stopped, .inUse, .notDurable: true
        default: false
        }
    }
}

extension Transaction {
    /// Holds all numbers up to the last one given out, or up to `reserve`, as given out.
    func raiseHighWater(to reserve: Int64 = 0) throws(StoreError) {
        try sql.runBare(
            """
            INSERT INTO high_water (name, value) VALUES ('id', ?1)
            ON CONFLICT (name) DO UPDATE SET value = excluded.value
            """, [max(clock.last, reserve)])
    }
}
