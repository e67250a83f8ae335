package import Consent
import Dispatch
import Foundation
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
        /// The same while texts come by the hundred a second. The machine sleeps between them then, and to wake it for three
        /// costs as much as for ten; from ``busy`` texts a second on it hardly sleeps, and a longer wait saves nothing.
        package var longPace = 20
        /// So many texts end the longer wait.
        package var share = 10
        /// From so many texts a second on, and after a commit of fewer than ``crowd``, the wait isn't longer: whoever
        /// sends one text after the other gains nothing by it.
        package var busy = 700
        package var crowd = 3
        /// So many jobs are worth a commit of their own.
        package var fill = 64
        /// How long acknowledgements wait for a batch to travel with, in milliseconds; then for one that gathers, or alone.
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

    let settings: Settings
    let vault: Vault
    let keys: KeysFile
    let wall: WallClock
    private let engine: BatchEngine
    private let inbox: Mutex<Inbox>
    private let bell = Doorbell()
    /// Left by the thread when it ends.
    private let thread = DispatchGroup()
    private let batchCommitted: @Sendable (CommittedBatch) -> Void
    private let failed: @Sendable (StoreError) -> Void

    init(
        content: Content, tail: Tail, keys: KeysFile, vault: Vault, signer: LogSigner, wall: WallClock,
        settings: Settings,
        lastID: Int64, answering: @escaping @Sendable (() -> Void) -> Void = { $0() },
        batchCommitted: @escaping @Sendable (CommittedBatch) -> Void, failed: @escaping @Sendable (StoreError) -> Void
    ) {
        self.settings = settings
        self.vault = vault
        self.keys = keys
        self.wall = wall
        self.engine = BatchEngine(
            content: content, tail: tail, keys: keys, vault: vault, signer: signer, wall: wall, lastID: lastID,
            answering: answering)
        self.inbox = Mutex(Inbox(settings))
        self.batchCommitted = batchCommitted
        self.failed = failed
        start()
    }

    deinit {
        // The thread sees that there is nobody to write for.
        bell.ring()
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

    /// A client has these messages. Travels with a batch, or alone, when it has waited for a while; with the next other job
    /// than a text at once.
    package func acknowledge(_ ids: [ArchiveID], owner: PersonID) {
        heed(inbox.withLock { $0.acknowledge(ids, of: owner, at: .now) })
    }

    /// Returns when what was acknowledged for `owner` until now is on disk: a new session mustn't be sent it again.
    package func settled(_ owner: PersonID) async {
        let isOpen = inbox.withLock { $0.isSettling(owner) }
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
        if inbox.withLock({ $0.close() }) { bell.ring() }
        thread.wait()
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

    private func submit(_ job: Job) {
        let reception = inbox.withLock { $0.submit(job) }
        heed(reception)
        if reception == .refused { DispatchQueue.global().async { job.fail(.stopped) } }
    }

    private func heed(_ reception: Inbox.Reception) {
        if reception == .wakes { bell.ring() }
    }

    // MARK: The thread

    /// Begins the writer's thread: one of its own, so that its stack, its memory and what it last did stay at hand.
    private func start() {
        thread.enter()
        let thread = Thread { [weak self, bell, thread] in
            defer { thread.leave() }
            Thread.current.name = "hoopoe.writer"
            var busy: Writer?
            while true {
                let milliseconds: Int?
                do {
                    guard let writer = busy ?? self, let pause = writer.work() else { return }
                    // Who has nothing to do doesn't keep the store open.
                    busy = pause.isIdle ? nil : writer
                    milliseconds = pause.milliseconds
                }
                // Now and then even though nothing is due: a process without descriptors left has no bell.
                bell.wait(milliseconds: min(milliseconds ?? 1_000, 1_000))
            }
        }
        thread.start()
    }

    /// Runs what is due, then says for how long there is nothing to do; nil is the end.
    private func work() -> (milliseconds: Int?, isIdle: Bool)? {
        while true {
            let now = ContinuousClock.now
            switch inbox.withLock({ $0.next(at: now) }) {
            case .run(let taken):
                do throws(StoreError) {
                    try run(taken)
                    try tendLog()
                    inbox.withLock { $0.committed(at: .now, hadJobs: !taken.jobs.isEmpty) }
                } catch {
                    engine.close()
                    return nil
                }
            case .indexTail:
                do throws(StoreError) {
                    let isDone = try engine.indexStep()
                    try engine.tendLog()
                    if !isDone { inbox.withLock { $0.hasMoreToIndex(at: .now) } }
                } catch {
                    stop(error)
                    engine.close()
                    return nil
                }
            case .wait(let until, let isIdle):
                return (until.map { now.milliseconds(to: $0) }, isIdle)
            case .end:
                // A disk that fails now has failed the last batch too; the counts on it are a lower bound anyway.
                try? engine.settle()
                engine.close()
                return nil
            }
        }
    }

    /// Runs everything taken at once. Acknowledgements go with the first batch: who waits for them by a job of its own
    /// (``settled(_:)``) is in that one or in a later one.
    ///
    /// - Throws: when the writer has stopped.
    private func run(_ taken: Inbox.Taken) throws(StoreError) {
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
                    throw error
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
                    throw error
                }
            }
        }
    }

    private func tendLog() throws(StoreError) {
        do throws(StoreError) {
            try engine.tendLog()
        } catch {
            stop(error)
            throw error
        }
    }

    /// The disk has refused: that is said first, then to everybody who waits. Nothing is written any more.
    private func stop(_ error: StoreError, failed jobs: ArraySlice<Job> = [], unanswered: ArraySlice<Job> = []) {
        let waiting = inbox.withLock { $0.fail() }
        failed(error)
        for job in jobs { job.fail(error) }
        for job in unanswered { job.fail(.stopped) }
        for job in waiting { job.fail(.stopped) }
    }
}

extension ContinuousClock.Instant {
    /// Whole milliseconds from here to a later moment, rounded up.
    fileprivate func milliseconds(to moment: Self) -> Int {
        let (seconds, attoseconds) = (moment - self).components
        return Int(clamping: max(seconds * 1_000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000, 0))
    }
}
