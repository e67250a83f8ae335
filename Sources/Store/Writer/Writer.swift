package import Consent
import Dispatch
import GRDB
import Synchronization

/// The one writer of a region: takes what is waiting, commits it in one synced transaction, then answers.
///
/// Nothing is acknowledged before its commit has returned from the disk. If a commit fails, every job of the batch
/// fails and the writer stops for good: what the disk holds is then unknown, and nothing is acknowledged later.
/// Jobs may be submitted from any thread; answers are given in order on the writer's own thread, so hop.
package final class Writer: Sendable {
    /// How the writer behaves.
    package struct Settings: Sendable {
        /// The most jobs in one transaction.
        package var batch = 256
        /// The least time from one commit's end to the next one's start, in milliseconds, unless ``fill`` jobs wait. A
        /// commit costs as much as storing ten texts, so a writer that is busy gathers some first; one that had nothing
        /// to do commits what comes at once.
        package var pace = 6
        /// So many jobs are worth a commit of their own.
        package var fill = 64
        /// How long acknowledgements wait for a batch to travel with, in milliseconds.
        package var patience = 100
        /// After how long without anything to write the newest messages are indexed, in milliseconds.
        package var rest = 1_000
        /// How many days messages are held for delivery.
        package var windowDays: Int32 = 7
        /// How many idle days an SMS binding lasts.
        package var bindingDays: Int64 = 30
        /// Unused pages that content keeps for what comes next: 4 MiB.
        package var reservePages = 1_024

        package init() {}
    }

    private struct Inbox {
        var jobs: [Job] = []
        var acknowledged: [PersonID: [ArchiveID]] = [:]
        /// Whose acknowledgements are in the batches now being committed.
        var settling: Set<PersonID> = []
        var isScheduled = false
        /// Whether the writer gathers jobs and is to be told when there are enough.
        var isGathering = false
        var hasTimer = false
        /// Whether a look at the tail is due some time after this.
        var hasRestTimer = false
        /// Whether anything was committed since that look was arranged.
        var isBusy = false
        var isStopped = false
        /// A commit has failed: what lingers is never written, since what the disk holds is unknown.
        var hasFailed = false
    }

    let settings: Settings
    let vault: Vault
    let keys: KeysFile
    let wall: WallClock
    private let engine: BatchEngine
    private let queue: DispatchQueue
    private let inbox = Mutex(Inbox())
    private let isFull = Doorbell()
    private let batchCommitted: @Sendable (CommittedBatch) -> Void
    private let failed: @Sendable (StoreError) -> Void

    init(
        content: Content, keys: KeysFile, vault: Vault, signer: LogSigner, wall: WallClock, settings: Settings,
        lastID: Int64, answering: @escaping @Sendable (() -> Void) -> Void = { $0() },
        batchCommitted: @escaping @Sendable (CommittedBatch) -> Void, failed: @escaping @Sendable (StoreError) -> Void
    ) {
        self.settings = settings
        self.vault = vault
        self.keys = keys
        self.wall = wall
        self.engine = BatchEngine(
            content: content, keys: keys, vault: vault, signer: signer, wall: wall, lastID: lastID,
            answering: answering)
        self.queue = DispatchQueue(label: "hoopoe.writer", qos: .userInitiated)
        self.batchCommitted = batchCommitted
        self.failed = failed
    }

    // MARK: Submitting

    /// Stores a text; `mark` is stored with it. The hot path.
    package func store(
        _ text: Text, mark: SessionMark? = nil, then: @escaping @Sendable (Result<Stored, StoreError>) -> Void
    ) {
        submit(.text(text, mark, then: then))
    }

    /// Runs `body` within the next batch and answers with what it returned, once that is committed.
    ///
    /// If `body` throws, what it wrote is undone and the others of the batch are unharmed. It runs on the writer's
    /// thread: it must not wait for anything. `storesFor` are the owners whose messages `body` stores by
    /// ``Transaction/store(_:)``.
    package func perform<R: Sendable>(
        storesFor: [PersonID] = [], mark: SessionMark? = nil,
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> R,
        then: @escaping @Sendable (Result<R, StoreError>) -> Void
    ) {
        let job = Job.Body(
            storesFor: storesFor,
            run: { (transaction) throws(StoreError) in
                let result = try body(transaction)
                return { then(.success(result)) }
            }, fail: { then(.failure($0)) })
        submit(.body(job, mark))
    }

    /// The same, to wait for.
    package func perform<R: Sendable>(
        storesFor: [PersonID] = [], _ body: @escaping @Sendable (Transaction) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        try await withCheckedContinuation { continuation in
            perform(storesFor: storesFor, body) { continuation.resume(returning: $0) }
        }.get()
    }

    /// A client has these messages. Travels with the next batch, or alone after a while.
    package func acknowledge(_ ids: [ArchiveID], owner: PersonID) {
        let needsTimer = inbox.withLock { inbox -> Bool in
            if inbox.isStopped { return false }
            inbox.acknowledged[owner, default: []].append(contentsOf: ids)
            defer { inbox.hasTimer = true }
            return !inbox.hasTimer
        }
        guard needsTimer else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(settings.patience)) {
            self.inbox.withLock { $0.hasTimer = false }
            self.drain()
        }
    }

    /// Returns when what was acknowledged for `owner` until now is on disk: a new session mustn't be sent it again.
    package func settled(_ owner: PersonID) async {
        let isOpen = inbox.withLock { $0.acknowledged[owner] != nil || $0.settling.contains(owner) }
        // A failed commit stops the writer; there is nothing to wait for then.
        if isOpen { try? await perform { _ in } }
    }

    /// Jobs waiting now; a connection with too many of its own should stop reading.
    package var depth: Int {
        inbox.withLock { $0.jobs.count }
    }

    /// Has the uses of permits counted since the last batch written down, if there are any.
    ///
    /// Uses travel with batches, one each second. To be called every second, so that they don't wait where nothing is
    /// written: a process that is killed then loses the counts of its last second or two, and those on disk are a lower bound.
    package func keepUses() {
        if vault.hasUses {
            perform { (_) throws(StoreError) in
            } then: { _ in
            }
        }
    }

    /// Commits what is waiting, with all uses counted, answers it, and takes nothing more.
    package func close() {
        let isOpen = inbox.withLock { inbox in
            defer { inbox.isStopped = true }
            if inbox.isGathering {
                inbox.isGathering = false
                isFull.ring()
            }
            return !inbox.isStopped
        }
        queue.sync {
            guard isOpen else { return }
            drain()
            // A disk that fails now has failed the last batch too; the counts on it are a lower bound anyway.
            try? engine.settle()
        }
    }

    func exclusively<R: Sendable>(
        _ body: @escaping @Sendable (KeysAndContent) throws(StoreError) -> R,
        then: @escaping @Sendable (Result<R, StoreError>) -> Void
    ) {
        let job = Job.Exclusive(
            run: { (both) throws(StoreError) in
                let result = try body(both)
                return { then(.success(result)) }
            }, fail: { then(.failure($0)) })
        submit(.exclusive(job))
    }

    func exclusively<R: Sendable>(
        _ body: @escaping @Sendable (KeysAndContent) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        try await withCheckedContinuation { continuation in
            exclusively(body) { continuation.resume(returning: $0) }
        }.get()
    }

    // MARK: The queue

    private func submit(_ job: Job) {
        enum Next { case nothing, wake, commit, refuse }
        let next = inbox.withLock { inbox -> Next in
            if inbox.isStopped { return .refuse }
            inbox.jobs.append(job)
            if inbox.isGathering, inbox.jobs.count >= settings.fill || job.isExclusive {
                inbox.isGathering = false
                return .commit
            }
            defer { inbox.isScheduled = true }
            return inbox.isScheduled ? .nothing : .wake
        }
        switch next {
        case .nothing: break
        case .commit: isFull.ring()
        case .wake: queue.async { self.drain() }
        case .refuse: queue.async { job.fail(.stopped) }
        }
    }

    /// Indexes the newest messages once nothing has come for a while.
    private func restLater() {
        let needsTimer = inbox.withLock { inbox -> Bool in
            inbox.isBusy = inbox.hasRestTimer
            defer { inbox.hasRestTimer = true }
            return !inbox.hasRestTimer
        }
        guard needsTimer else { return }
        queue.asyncAfter(deadline: .now() + .milliseconds(settings.rest)) {
            let (isBusy, isStopped) = self.inbox.withLock { inbox -> (Bool, Bool) in
                inbox.hasRestTimer = false
                return (inbox.isBusy || inbox.isScheduled, inbox.isStopped)
            }
            if isStopped { return }
            guard !isBusy else { return self.restLater() }
            do throws(StoreError) {
                try self.engine.indexTail()
            } catch {
                self.stop(error)
            }
        }
    }

    /// Runs batches until nothing waits. Only ever on the writer's queue.
    private func drain() {
        while true {
            let taken = inbox.withLock { inbox -> Inbox? in
                if inbox.jobs.isEmpty && inbox.acknowledged.isEmpty || inbox.hasFailed {
                    inbox.isScheduled = false
                    return nil
                }
                let taken = inbox
                inbox.jobs = []
                inbox.acknowledged = [:]
                inbox.settling = Set(taken.acknowledged.keys)
                return taken
            }
            guard let taken else { return restLater() }
            guard run(taken) else { return }
            inbox.withLock { $0.settling = [] }
            if !taken.jobs.isEmpty { gather() }
        }
    }

    /// Lets jobs gather for a while, unless there are enough of them.
    private func gather() {
        let mustWait = inbox.withLock { inbox -> Bool in
            guard inbox.jobs.count < settings.fill, !inbox.jobs.contains(where: \.isExclusive), !inbox.isStopped else {
                return false
            }
            inbox.isGathering = true
            return true
        }
        guard mustWait else { return }
        isFull.wait(milliseconds: settings.pace)
        inbox.withLock { $0.isGathering = false }
    }

    /// Runs everything taken at once. Acknowledgements go with the first batch: who waits for them by a job of its own
    /// (``settled(_:)``) is in that one or in a later one.
    ///
    /// - Returns: false when the writer has stopped.
    private func run(_ taken: Inbox) -> Bool {
        var rest = taken.jobs[...]
        var acknowledged = taken.acknowledged
        while !rest.isEmpty || !acknowledged.isEmpty {
            if let first = rest.first, case .exclusive(let job) = first {
                rest.removeFirst()
                let began = ContinuousClock.now
                do throws(StoreError) {
                    try engine.run(job)
                } catch {
                    stop(error, failed: [first], unanswered: rest)
                    return false
                }
                batchCommitted(CommittedBatch(jobs: 1, since: began))
            } else {
                let batch = rest.prefix(while: { !$0.isExclusive }).prefix(settings.batch)
                rest = rest.dropFirst(batch.count)
                do throws(StoreError) {
                    batchCommitted(try engine.run(batch, acknowledged))
                    acknowledged = [:]
                } catch {
                    stop(error, failed: batch, unanswered: rest)
                    return false
                }
            }
        }
        return true
    }

    /// The disk has refused: that is said first, then to everybody who waits. Nothing is written any more.
    private func stop(_ error: StoreError, failed jobs: ArraySlice<Job> = [], unanswered: ArraySlice<Job> = []) {
        let waiting = inbox.withLock { inbox -> [Job] in
            (inbox.isStopped, inbox.hasFailed) = (true, true)
            inbox.acknowledged = [:]
            defer { inbox.jobs = [] }
            return inbox.jobs
        }
        failed(error)
        for job in jobs { job.fail(error) }
        for job in unanswered { job.fail(.stopped) }
        for job in waiting { job.fail(.stopped) }
    }
}
