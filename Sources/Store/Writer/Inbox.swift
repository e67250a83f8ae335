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
        /// What travels with the last batch of these.
        var lingering: Lingering?
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
        /// Sleeps until jobs have gathered; only enough of them wake it.
        case gathering
        /// Sleeps until something comes.
        case idle(until: ContinuousClock.Instant?)
    }

    private let settings: Writer.Settings
    private var mode = Mode.idle(until: nil)
    private(set) var jobs: [Job] = []
    private var hasExclusive = false
    /// Whether a job is there that lingering things travel with at once.
    private var isPressing = false
    private var marks: [String: SessionMark] = [:]
    private var acknowledged: [PersonID: [ArchiveID]] = [:]
    /// Whose acknowledgements are in the batches now being committed.
    private var settling: Set<PersonID> = []
    /// Jobs gather until then, unless there are enough.
    private var gathersUntil: ContinuousClock.Instant?
    /// What lingers is due then.
    private var lingersUntil: ContinuousClock.Instant?
    /// The tail is indexed then, if nothing more comes.
    private var restsUntil: ContinuousClock.Instant?
    private(set) var isStopped = false

    init(_ settings: Writer.Settings) {
        self.settings = settings
    }

    // MARK: What comes in

    mutating func submit(_ job: Job, mark: SessionMark?) -> Reception {
        if isStopped { return .refused }
        jobs.append(job)
        // A mark that lingers is older than the one this job brings.
        if let mark, !marks.isEmpty { marks[mark.session] = nil }
        switch job {
        case .text: break
        case .body: isPressing = true
        case .exclusive: (isPressing, hasExclusive) = (true, true)
        }
        switch mode {
        case .running: return .waits
        case .gathering:
            guard isFull else { return .waits }
            mode = .running
            return .wakes
        case .idle:
            mode = .running
            return .wakes
        }
    }

    mutating func linger(_ mark: SessionMark, at now: @autoclosure () -> ContinuousClock.Instant) -> Reception {
        if isStopped { return .refused }
        marks[mark.session] = mark
        return linger(at: now())
    }

    mutating func linger(
        _ ids: [ArchiveID], of owner: PersonID, at now: @autoclosure () -> ContinuousClock.Instant
    ) -> Reception {
        if isStopped { return .refused }
        acknowledged[owner, default: []].append(contentsOf: ids)
        return linger(at: now())
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
        if !isLingering { lingersUntil = nil }
        let isGathering = gathersUntil.map { now < $0 } ?? false
        let isDue = isStopped || lingersUntil.map { $0 <= now } ?? false
        if !jobs.isEmpty && (!isGathering || isFull) || isLingering && isDue {
            return .run(take(lingering: isPressing || isDue))
        }
        if isStopped { return .end }
        if let moment = restsUntil, moment <= now, !isGathering {
            restsUntil = nil
            return .indexTail
        }
        let until = [isGathering ? gathersUntil : nil, lingersUntil, restsUntil].compactMap(\.self).min()
        mode = isGathering ? .gathering : .idle(until: until)
        return .wait(until: until, isIdle: jobs.isEmpty && !isLingering)
    }

    /// What was taken is committed and answered.
    mutating func committed(at now: ContinuousClock.Instant, hadJobs: Bool) {
        settling = []
        restsUntil = now + .milliseconds(settings.rest)
        if hadJobs { gathersUntil = now + .milliseconds(settings.pace) }
    }

    /// The disk has refused.
    ///
    /// - Returns: the jobs that waited.
    mutating func fail() -> [Job] {
        isStopped = true
        (marks, acknowledged, settling) = ([:], [:], [])
        defer { jobs = [] }
        return jobs
    }

    /// Enough for a commit, or something that isn't to wait.
    private var isFull: Bool { jobs.count >= settings.fill || hasExclusive || isStopped }

    private var isLingering: Bool { !marks.isEmpty || !acknowledged.isEmpty }

    private mutating func linger(at now: ContinuousClock.Instant) -> Reception {
        let due = lingersUntil ?? now + .milliseconds(settings.patience)
        lingersUntil = due
        guard case .idle(let until) = mode, until.map({ due < $0 }) ?? true else { return .waits }
        mode = .running
        return .wakes
    }

    /// All jobs, and with them what lingers if it is to go along.
    private mutating func take(lingering: Bool) -> Taken {
        var taken = Taken(jobs: jobs, lingering: nil)
        if isLingering, lingering {
            taken.lingering = Lingering(marks: marks, acknowledged: acknowledged)
            settling = Set(acknowledged.keys)
            (marks, acknowledged, lingersUntil) = ([:], [:], nil)
        }
        jobs = []
        jobs.reserveCapacity(min(taken.jobs.count, settings.batch))
        (hasExclusive, isPressing) = (false, false)
        return taken
    }
}
