import Consent

/// What waits to be written, and when it is due. Has no clock, no thread and no disk: it is told what happens and says
/// what to do.
struct Inbox {
    /// What the writer's thread does next.
    enum Step {
        /// All of it, now.
        case run(Taken)
        /// Nothing has come for a while.
        case indexTail
        /// Nothing is due before that moment, or at all. `isIdle` says that nothing waits either.
        case wait(until: ContinuousClock.Instant?, isIdle: Bool)
        /// Closed, and everything is run; or the disk has refused.
        case end
    }

    struct Taken {
        var jobs: [Job]
        /// What travels with the first batch of these.
        var acknowledged: [PersonID: [ArchiveID]] = [:]
    }

    /// What becomes of something that comes in.
    enum Reception {
        case waits
        /// Waits, and the thread is to be woken.
        case wakes
        case refused
    }

    private enum Mode {
        /// Looks by itself what is next.
        case running
        /// Sleeps until jobs have gathered; only enough of them wake it before.
        case gathering(until: ContinuousClock.Instant)
        /// Sleeps until something comes.
        case idle(until: ContinuousClock.Instant?)
    }

    private let settings: Writer.Settings
    private var mode = Mode.idle(until: nil)
    private(set) var jobs: [Job] = []
    private var hasExclusive = false
    /// Whether a job is there that acknowledgements travel with at once.
    private var isPressing = false
    private var acknowledged: [PersonID: [ArchiveID]] = [:]
    /// Whose acknowledgements are in the batches now being committed.
    private var settling: Set<PersonID> = []
    /// Jobs gather until the first moment if they are worth a commit by then, else until the second.
    private var gathering: (first: ContinuousClock.Instant, second: ContinuousClock.Instant)?
    /// When jobs were taken last.
    private var takenAt: ContinuousClock.Instant?
    /// What was taken last were texts, more than one or two, and had taken their time to come.
    private var isTrickle = false
    /// Acknowledgements are due then.
    private var lingersUntil: ContinuousClock.Instant?
    /// The tail is indexed then, if nothing more comes.
    private var restsUntil: ContinuousClock.Instant?
    private(set) var isStopped = false

    init(_ settings: Writer.Settings) {
        self.settings = settings
    }

    // MARK: What comes in

    mutating func submit(_ job: Job) -> Reception {
        if isStopped { return .refused }
        jobs.append(job)
        switch job {
        case .text: break
        case .body: isPressing = true
        case .exclusive: (isPressing, hasExclusive) = (true, true)
        }
        switch mode {
        case .running: return .waits
        case .gathering(let until):
            guard isFull || gatheredBy.map({ $0 < until }) ?? false else { return .waits }
            mode = .running
            return .wakes
        case .idle:
            mode = .running
            return .wakes
        }
    }

    /// A client of `owner` has these.
    mutating func acknowledge(
        _ ids: [ArchiveID], of owner: PersonID, at now: ContinuousClock.Instant
    ) -> Reception {
        if isStopped { return .refused }
        acknowledged[owner, default: []].append(contentsOf: ids)
        let due = lingersUntil ?? now + .milliseconds(settings.patience)
        lingersUntil = due
        guard case .idle(let until) = mode, until.map({ due < $0 }) ?? true else { return .waits }
        mode = .running
        return .wakes
    }

    /// Whether acknowledgements of `owner` aren't on disk yet.
    func isSettling(_ owner: PersonID) -> Bool {
        acknowledged[owner] != nil || settling.contains(owner)
    }

    /// Takes nothing more.
    ///
    /// - Returns: whether the thread is to be woken.
    mutating func close() -> Bool {
        isStopped = true
        if case .running = mode { return false }
        mode = .running
        return true
    }

    // MARK: What the thread asks

    /// What is due now.
    mutating func next(at now: ContinuousClock.Instant) -> Step {
        mode = .running
        let gatheredBy = gatheredBy.flatMap { now < $0 ? $0 : nil }
        // Not before jobs that gather: they would be two commits.
        let lingersUntil = jobs.isEmpty ? lingersUntil : lingersUntil.map { max($0, gatheredBy ?? $0) }
        let isDue = isStopped || lingersUntil.map { $0 <= now } ?? false
        if !jobs.isEmpty && (gatheredBy == nil || isFull) || !acknowledged.isEmpty && isDue {
            return .run(take(acknowledged: isPressing || isDue, at: now))
        }
        if isStopped { return .end }
        if let moment = restsUntil, moment <= now, gatheredBy == nil {
            restsUntil = nil
            return .indexTail
        }
        let until = [gatheredBy, lingersUntil, restsUntil].compactMap(\.self).min()
        mode = gatheredBy.map { .gathering(until: $0) } ?? .idle(until: until)
        return .wait(until: until, isIdle: jobs.isEmpty && acknowledged.isEmpty)
    }

    /// What was taken is committed and answered.
    mutating func committed(at now: ContinuousClock.Instant, hadJobs: Bool) {
        settling = []
        restsUntil = now + .milliseconds(settings.rest)
        guard hadJobs else { return }
        let first = now + .milliseconds(settings.pace)
        gathering = (first, isTrickle ? max(first, now + .milliseconds(settings.longPace)) : first)
    }

    /// Not all of the tail is indexed yet.
    mutating func hasMoreToIndex(at now: ContinuousClock.Instant) {
        restsUntil = now
    }

    /// The disk has refused.
    ///
    /// - Returns: the jobs that waited.
    mutating func fail() -> [Job] {
        isStopped = true
        (acknowledged, settling) = ([:], [])
        defer { jobs = [] }
        return jobs
    }

    /// Enough for a commit, or something that isn't to wait.
    private var isFull: Bool { jobs.count >= settings.fill || hasExclusive || isStopped }

    /// Until when what is there now has to wait for more.
    private var gatheredBy: ContinuousClock.Instant? {
        jobs.count >= settings.share || isPressing ? gathering?.first : gathering?.second
    }

    /// All jobs, and with them the acknowledgements if they are to go along.
    private mutating func take(acknowledged goesAlong: Bool, at now: ContinuousClock.Instant) -> Taken {
        var taken = Taken(jobs: jobs)
        if goesAlong {
            taken.acknowledged = acknowledged
            settling = Set(acknowledged.keys)
            (acknowledged, lingersUntil) = ([:], nil)
        }
        if !jobs.isEmpty {
            let seconds = takenAt.map { (now - $0) / .seconds(1) } ?? 0
            let isSlow = Double(jobs.count) < Double(settings.busy) * seconds
            isTrickle = isSlow && jobs.count >= settings.crowd && !isPressing
            takenAt = now
        }
        jobs = []
        jobs.reserveCapacity(min(taken.jobs.count, settings.batch))
        (hasExclusive, isPressing) = (false, false)
        return taken
    }
}
