import Consent
import Logging
import NIOCore
import SMPP
import Store

/// One route at work: takes due texts from the store into the line, writes down what became of them, and takes in what
/// comes from the carrier. Everything happens in one task, in the order of the inbox.
final class RouteRunner {
    let route: Route
    let texting: Texting
    let inbox: RouteInbox
    let line: RouteLine
    let events: any TextingEvents
    let logger: Logger

    /// How long a stop in good order waits for the carrier's answers.
    private static let patience = TimeAmount.seconds(10)

    /// The most texts that are taken ahead of the carrier's answers.
    static let farthest = 256

    var link: SMSLink?
    /// Texts that the line holds or the carrier hasn't answered.
    var texts: [ArchiveID: TextInLine] = [:]
    var references = References(seed: UInt64.random(in: .min ... .max))
    var reassembler = Reassembler()
    var unheard = UnheardAnswers()
    /// Whom we told that nobody here knows them, and whom we explained ourselves to.
    var told = ToldNumbers()
    var helped = ToldNumbers()
    /// Whose the kept parts are, by their tags in the reassembler.
    var origins: [Int64: Conversation] = [:]
    /// Texts made of parts that couldn't be stored yet.
    var unhanded: [(Reassembler.Message, Conversation)] = []
    /// The id of the last submit_sm_resp: a carrier that repeats it has no ids.
    var lastMessageID: String?
    /// Writes whose `stored` is still to come.
    var pendingWrites = 0
    /// How many segments the line is filled up to. Follows the carrier's speed.
    private var ahead: Int
    private var timer: (due: Int64, scheduled: Scheduled<Void>)?
    /// When the next text that wasn't taken is due, as far as the last look into the queue told.
    private var nextDue: Int64?
    private var isStopping = false
    private var isUnbinding = false
    private var isOutOfTime = false
    private var isPaused = false
    /// The last look into the queue may have left due texts there.
    private var mayHaveMore = true

    init(
        _ route: Route, _ texting: Texting, inbox: RouteInbox, line: RouteLine, events: any TextingEvents,
        logger: Logger
    ) {
        self.route = route
        ahead = route.window
        self.texting = texting
        self.inbox = inbox
        self.line = line
        self.events = events
        self.logger = logger
    }

    /// Works until told to shut down, or cancelled.
    func run() async {
        await restoreParts()
        await recallUnheard()
        for await event in inbox.events {
            await handle(event)
            if isStopping {
                if await hasLeft() { return }
            } else {
                if mayHaveMore { await takeDue() }
                setTimer()
            }
        }
    }

    private func handle(_ event: RouteInbox.Event) async {
        switch event {
        case .wake:
            inbox.wakeRead()
            timer?.scheduled.cancel()
            timer = nil
            mayHaveMore = true
            await tendParts()
        case .notice(let notice): pay(for: notice)
        case .paid(let notice): send(notice)
        case .stored(let change):
            pendingWrites -= 1
            if let change { await events.changed(change) }
        case .link(let event): await handle(event)
        case .shutDown:
            isStopping = true
            timer?.scheduled.cancel()
            _ = texting.group.next().scheduleTask(in: Self.patience) { [inbox] in inbox.yield(.outOfTime) }
            await releaseUntouched()
        case .outOfTime: isOutOfTime = true
        }
    }

    private func handle(_ event: LinkEvent) async {
        switch event {
        case .bound(let link):
            // A connection that comes while the last one's writes are waited for isn't wanted any more.
            guard !isStopping else {
                link.unbind()
                return
            }
            self.link = link
            unheard.began(now: texting.wall.now())
            isPaused = false
            mayHaveMore = true
            logger.notice("bound to the carrier")
            link.poke()
        case .submitted(let token, let messageID): submitted(token, messageID)
        case .refused(let token, let status, let disposition): refused(token, status, disposition)
        case .unknown(let token): outcomeUnknown(token)
        case .dropped(let id): dropped(id)
        case .delivered(let message, let ticket, let link): await delivered(message, ticket, link)
        case .paused:
            isPaused = true
            ahead = route.window
            logger.warning("the carrier throttles; the route pauses")
        case .resumed: isPaused = false
        case .closed(let isOrderly):
            if link != nil {
                logger.warning("the connection to the carrier ended")
                if !isOrderly { unheard.ended(now: texting.wall.now()) }
            }
            link = nil
            // What was said after it ended and before this was read.
            line.with { $0.dropNotices() }
        }
    }

    /// Takes the texts whose time has come into the line once half of it is gone, so that the next ones are there before
    /// the connection runs out of them.
    private func takeDue() async {
        // Until it has looked into the queue, what it saw there last wakes nobody: each event of the line asks it again.
        nextDue = nil
        mayHaveMore = true
        guard link != nil, !isPaused else { return }
        let (before, rest) = line.with { ($0.waitingCount, $0.resting(at: ESMEHandler.now)) }
        if let rest {
            ahead = route.window
            nextDue = texting.wall.now() + rest
            return
        }
        guard before <= ahead / 2 else { return }
        let (name, room, patience) = (route.name, ahead - before, texting.settings.grace)
        let taken: (texts: [OutgoingText], next: Int64?, at: Int64)
        do throws(StoreError) {
            taken = try await texting.store.writer.perform { (transaction) throws(StoreError) in
                (
                    try transaction.take(route: name, limit: room, patience: patience),
                    try transaction.nextDue(route: name), transaction.now
                )
            }
        } catch {
            storeFailed(error)
            nextDue = texting.wall.now() + 10_000
            return
        }
        mayHaveMore = taken.texts.count >= room
        if !taken.texts.isEmpty {
            await prepare(taken.texts, whenLineHeld: before, isFull: mayHaveMore)
            link?.poke()
        }
        // Due already and not taken: its owner's yes doesn't stand just now.
        nextDue = taken.next.map { $0 > taken.at ? $0 : taken.at + 60_000 }
    }

    /// Takes more at once if the carrier answered most of a window while the store was asked, fewer if it hardly answered.
    ///
    /// What the line holds when the power goes has an unknown outcome. So it holds what the carrier takes in a few
    /// hundredths of a second, and never less than a window.
    func adapt(before: Int) {
        let (waiting, room) = line.with { ($0.waitingCount, $0.room) }
        if room > route.window / 2 {
            ahead = min(ahead * 2, max(route.window, Self.farthest))
        } else if before > 0, waiting >= before - before / 4 {
            ahead = max(ahead - ahead / 4, route.window)
        }
    }

    /// Wakes the route when the next text is due, or parts want to be seen after.
    private func setTimer() {
        let now = texting.wall.now()
        guard let due = [nextDue, partsDue].compactMap(\.self).min() else { return }
        if let timer, timer.due <= due { return }
        timer?.scheduled.cancel()
        let delay = TimeAmount.milliseconds(min(max(due - now, 1), 3_600_000))
        timer = (
            now + delay.nanoseconds / 1_000_000,
            texting.group.next().scheduleTask(in: delay) { [inbox] in inbox.wake() }
        )
    }

    func storeFailed(_ error: StoreError) {
        logger.error("the store refused", metadata: ["reason": "\(error)"])
    }

    /// A number said STOP: texts to it of which nothing went out yet have failed, and their owners are told. Of the others
    /// no further part goes out, whether it is with the connection, waits, or waits to be tried again.
    func giveUp(to recipient: BlindValue) async {
        let stopped = texts.filter { $0.value.recipient == recipient }
        let isStored = await takeBack(stopped, into: .failed)
        link?.poke()
        guard isStored else { return }
        for (id, text) in stopped.sorted(by: { $0.key < $1.key }) where texts[id] == nil {
            await events.changed(text.ifStale.because(.stopped))
        }
    }

    // MARK: Leaving

    /// Texts of which nothing went out yet wait for the next start.
    private func releaseUntouched() async {
        _ = await takeBack(texts, into: .waiting)
    }

    /// Takes those texts out of the line of which nothing went out yet, and gives back what was counted for them. Into
    /// *failed*, the others are stopped.
    ///
    /// - Returns: whether that is stored.
    private func takeBack(_ texts: [ArchiveID: TextInLine], into state: OutgoingState) async -> Bool {
        let parts = texts.mapValues(\.parts)
        let untouched = line.with { line in
            let untouched = line.releaseUntouched(parts: parts)
            if state == .failed {
                for id in parts.keys where !untouched.contains(id) { line.stop(id) }
            }
            return untouched
        }
        if state == .failed {
            for id in parts.keys where !untouched.contains(id) { self.texts[id]?.isStopped = true }
        }
        guard !untouched.isEmpty else { return true }
        let (price, allowance) = (route.price, texting.settings.segmentsPerDay)
        let back = untouched.compactMap { id in self.texts.removeValue(forKey: id).map { (id, $0) } }
        let stale: Set<ArchiveID>
        do throws(StoreError) {
            stale = try await texting.store.writer.perform { (transaction) throws(StoreError) in
                var stale: Set<ArchiveID> = []
                for (id, text) in back {
                    if state == .waiting {
                        if try !transaction.putBack(id) { stale.insert(id) }
                    } else {
                        try transaction.setState(state, of: id)
                    }
                    _ = try transaction.take(.segments, -text.parts, of: allowance, owner: text.owner)
                    _ = try transaction.spend(-price * Int64(text.parts), cap: .max, route: Spending.key)
                }
                return stale
            }
        } catch {
            storeFailed(error)
            return false
        }
        for (id, text) in back where stale.contains(id) { await events.changed(text.ifStale) }
        return true
    }

    /// Leaves in good order: texts that are begun go out in all their parts unless the carrier throttles, answers that
    /// are due are waited for, and what came back unsent waits for the next start.
    private func hasLeft() async -> Bool {
        // What isn't answered by now has an unknown outcome at the next start.
        if isOutOfTime { return true }
        if let link {
            if !isUnbinding, isPaused || !line.with(\.isSending) {
                isUnbinding = true
                link.unbind()
            }
            return false
        }
        await releaseUntouched()
        return pendingWrites == 0
    }
}
