import Consent
import Testing

@testable import Store

/// What the writer does next, by what came in and when.
struct InboxTests {
    private static var settings: Writer.Settings {
        var settings = Writer.Settings()
        (settings.pace, settings.fill, settings.patience, settings.rest) = (6, 3, 100, 1_000)
        return settings
    }

    private let text = Job.text(Text(sender: nil, recipient: nil, repeatKey: nil), nil) { _ in }
    private let body = Job.body(Job.Body(storesFor: [], run: { (_) throws(StoreError) in {} }, fail: { _ in }), nil)
    private let exclusive = Job.exclusive(Job.Exclusive(run: { (_) throws(StoreError) in {} }, fail: { _ in }))

    /// An inbox whose writer sleeps, after a batch of one text was committed at the start.
    private func gathering() -> Play {
        let inbox = Play(Self.settings)
        #expect(inbox.submit(text) == .wakes)
        #expect(inbox.step(0) == "run 1")
        inbox.committed(at: 0)
        #expect(inbox.step(0) == "wait 6 idle")
        return inbox
    }

    @Test func whatComesToAnIdleWriterIsRunAtOnce() {
        let inbox = Play(Self.settings)
        #expect(inbox.step(0) == "wait for ever idle")
        #expect(inbox.submit(text) == .wakes)
        #expect(inbox.submit(text) == .waits, "it is awake")
        #expect(inbox.step(0) == "run 2")
    }

    @Test func jobsGatherAfterACommit() {
        let inbox = gathering()
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.step(5) == "wait 6")
        #expect(inbox.step(6) == "run 1")
    }

    @Test func enoughJobsAreRunBefore() {
        let inbox = gathering()
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.submit(text) == .wakes)
        #expect(inbox.step(1) == "run 3")
    }

    /// An inbox whose writer sleeps, after a batch of two texts was committed at the start that had come within so many
    /// milliseconds. Busy are 250 texts a second.
    private func gathering(afterTwoWithin milliseconds: Int) -> Play {
        var settings = Self.settings
        (settings.fill, settings.share, settings.longPace, settings.crowd, settings.busy) = (5, 2, 20, 2, 250)
        let inbox = Play(settings)
        #expect(inbox.submit(text) == .wakes)
        #expect(inbox.step(-milliseconds) == "run 1")
        inbox.committed(at: -milliseconds)
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.step(0) == "run 2")
        inbox.committed(at: 0)
        return inbox
    }

    @Test func aBusyWriterWaitsNoLonger() {
        #expect(gathering(afterTwoWithin: 7).step(0) == "wait 6 idle")
    }

    private func trickling() -> Play {
        let inbox = gathering(afterTwoWithin: 9)
        #expect(inbox.step(0) == "wait 20 idle")
        return inbox
    }

    @Test func textsThatTrickleInWaitLongerForMore() {
        let inbox = trickling()
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.step(19) == "wait 20")
        #expect(inbox.step(20) == "run 1")
        inbox.committed(at: 21)
        #expect(inbox.step(21) == "wait 27 idle", "a single one isn't waited for")
    }

    @Test func textsThatTrickleInWaitNoLongerThanUntilTheyAreEnough() {
        let inbox = trickling()
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.submit(text) == .wakes)
        #expect(inbox.step(3) == "wait 6", "the least time is kept")
        #expect(inbox.submit(text) == .waits, "it wakes in time")
        #expect(inbox.step(6) == "run 3")
        inbox.committed(at: 7)
        #expect(inbox.step(7) == "wait 13 idle", "three in six milliseconds are many")
    }

    @Test func otherJobsDoNotWaitForTexts() {
        let inbox = trickling()
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.submit(body) == .wakes)
        #expect(inbox.step(1) == "wait 6")
        #expect(inbox.step(6) == "run 2")
        inbox.committed(at: 7)
        #expect(inbox.step(7) == "wait 13 idle", "nor does what follows them")
    }

    @Test func whatRunsAloneIsRunBefore() {
        let inbox = gathering()
        #expect(inbox.submit(exclusive) == .wakes)
        #expect(inbox.step(1) == "run 1")
    }

    @Test func gatheringEndsThoughNothingCame() {
        let inbox = gathering()
        #expect(inbox.step(6) == "wait 1000 idle")
        #expect(inbox.submit(text) == .wakes)
        #expect(inbox.step(7) == "run 1")
    }

    @Test func acknowledgementsTravelWhenTheyAreDue() throws {
        let q = try #require(PersonID(rawValue: 5))
        let inbox = gathering()
        #expect(inbox.linger(1, of: q, at: 1) == .waits)
        #expect(inbox.linger(2, of: q, at: 50) == .waits)
        #expect(inbox.isSettling(q))
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.step(6) == "run 1", "a text doesn't take them along")
        inbox.committed(at: 95)
        #expect(inbox.step(95) == "wait 101")
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.step(101) == "run 1 with 2")
        #expect(inbox.isSettling(q), "not on disk yet")
        inbox.committed(at: 102)
        #expect(!inbox.isSettling(q))
        #expect(inbox.step(200) == "wait 1102 idle", "they are gone")
    }

    @Test func acknowledgementsThatAreDueWaitForWhatGathers() throws {
        let q = try #require(PersonID(rawValue: 5))
        let inbox = gathering()
        #expect(inbox.linger(1, of: q, at: -97) == .waits)
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.step(3) == "wait 6")
        #expect(inbox.step(6) == "run 1 with 1")
    }

    @Test func acknowledgementsWakeNobodyTooLate() throws {
        let q = try #require(PersonID(rawValue: 5))
        let inbox = Play(Self.settings)
        #expect(inbox.step(0) == "wait for ever idle")
        #expect(inbox.linger(1, of: q, at: 0) == .wakes, "to wait no longer than they may")
        #expect(inbox.step(0) == "wait 100")
        #expect(inbox.linger(2, of: q, at: 50) == .waits)
        #expect(inbox.step(100) == "run 0 with 2")
    }

    @Test func otherJobsTakeAlongWhatLingers() throws {
        let q = try #require(PersonID(rawValue: 5))
        let inbox = Play(Self.settings)
        #expect(inbox.linger(1, of: q, at: 0) == .wakes)
        #expect(inbox.step(0) == "wait 100")
        #expect(inbox.submit(body) == .wakes)
        #expect(inbox.step(1) == "run 1 with 1")
        inbox.committed(at: 2)
        #expect(inbox.step(150) == "wait 1002 idle")
    }

    @Test func theTailIsIndexedWhenNothingComesAnyMore() {
        let inbox = gathering()
        #expect(inbox.step(999) == "wait 1000 idle")
        #expect(inbox.step(1_000) == "index")
        #expect(inbox.step(1_001) == "wait for ever idle")
    }

    /// It takes many steps, and what comes meanwhile is before them.
    @Test func indexingGoesOnUntilSomethingComes() {
        let inbox = gathering()
        #expect(inbox.step(1_000) == "index")
        inbox.hasMoreToIndex(at: 1_001)
        #expect(inbox.step(1_001) == "index")
        inbox.hasMoreToIndex(at: 1_002)
        #expect(inbox.submit(text) == .waits)
        #expect(inbox.step(1_002) == "run 1")
        inbox.committed(at: 1_003)
        #expect(inbox.step(1_100) == "wait 2003 idle")
        #expect(inbox.step(2_003) == "index")
    }

    @Test func closingRunsEverythingAndTakesNothing() throws {
        let inbox = gathering()
        #expect(inbox.submit(text) == .waits)
        _ = inbox.linger(1, of: try #require(PersonID(rawValue: 5)), at: 0)
        #expect(inbox.close(), "it sleeps")
        #expect(inbox.submit(text) == .refused)
        #expect(inbox.step(1) == "run 1 with 1")
        inbox.committed(at: 2)
        #expect(inbox.step(2) == "end")
    }
}

/// An inbox to be asked within expectations; moments are milliseconds since the start.
private final class Play {
    private static let start = ContinuousClock.now
    private var inbox: Inbox

    init(_ settings: Writer.Settings) {
        inbox = Inbox(settings)
    }

    func submit(_ job: Job) -> Inbox.Reception { inbox.submit(job) }

    func linger(_ id: Int64, of owner: PersonID, at milliseconds: Int) -> Inbox.Reception {
        inbox.acknowledge([ArchiveID(rawValue: id)], of: owner, at: Self.start + .milliseconds(milliseconds))
    }

    func isSettling(_ owner: PersonID) -> Bool { inbox.isSettling(owner) }

    func committed(at milliseconds: Int) {
        inbox.committed(at: Self.start + .milliseconds(milliseconds), hadJobs: true)
    }

    func hasMoreToIndex(at milliseconds: Int) {
        inbox.hasMoreToIndex(at: Self.start + .milliseconds(milliseconds))
    }

    func close() -> Bool { inbox.close() }

    /// The next step as words.
    func step(_ milliseconds: Int) -> String {
        switch inbox.next(at: Self.start + .milliseconds(milliseconds)) {
        case .run(let taken):
            let count = taken.acknowledged.values.reduce(0) { $0 + $1.count }
            return "run \(taken.jobs.count)" + (count > 0 ? " with \(count)" : "")
        case .indexTail: return "index"
        case .wait(let until, let isIdle):
            let moment = until.map { String(Int(($0 - Self.start) / .milliseconds(1))) } ?? "for ever"
            return "wait \(moment)" + (isIdle ? " idle" : "")
        case .end: return "end"
        }
    }
}
