/// The caller's name for a message handed to a session.
package struct SubmitToken: RawRepresentable, Hashable, Sendable {
    package var rawValue: Int64

    package init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

/// Messages on their way to the carrier: those sent and unanswered, and those that wait out a pause.
///
/// Throttling pauses everything. Afterwards the message refused first goes out alone, as a probe; only when it is
/// taken does the window open again, so that nothing overtakes it.
struct SubmitWindow: Sendable {
    struct Message: Sendable {
        var token: SubmitToken
        var order: UInt64
        var body: SubmitSM
    }

    private let size: Int
    private let timeout: Milliseconds
    private let backoff: Backoff
    private var jitter: Jitter
    private var outstanding = Outstanding<Message>()
    /// Refused for being too fast, in the order of their first sending.
    private var held: [Message] = []
    private(set) var pausedUntil: Milliseconds?
    private var isProbing = false
    private var throttledInARow = 0
    private var lastOrder: UInt64 = 0
    /// Sequence numbers given up on, for answers that come late. Bounded.
    private var overdue: [(sequence: UInt32, token: SubmitToken)] = []

    init(size: Int, timeout: Milliseconds, backoff: Backoff, jitter: Jitter) {
        self.size = min(max(size, 1), 1_000)
        self.timeout = timeout
        self.backoff = backoff
        self.jitter = jitter
    }

    /// How many new messages may be sent now.
    var room: Int {
        held.isEmpty ? rawRoom : 0
    }

    var isEmpty: Bool { outstanding.isEmpty && held.isEmpty }

    var nextDeadline: Milliseconds? {
        [pausedUntil, outstanding.nextDeadline].compactMap(\.self).min()
    }

    func isOutstanding(_ sequence: UInt32) -> Bool {
        outstanding.contains(sequence)
    }

    /// Enters a new message that goes out now.
    mutating func send(_ body: SubmitSM, token: SubmitToken, sequence: UInt32, now: Milliseconds) {
        lastOrder += 1
        resend(Message(token: token, order: lastOrder, body: body), sequence: sequence, now: now)
    }

    /// Enters a message from `takeNextHeld` that goes out again.
    mutating func resend(_ message: Message, sequence: UInt32, now: Milliseconds) {
        outstanding.add(message, sequence: sequence, deadline: now + timeout)
    }

    /// The next message that waited out a pause and may go now.
    mutating func takeNextHeld() -> Message? {
        guard rawRoom > 0, !held.isEmpty else { return nil }
        return held.removeFirst()
    }

    /// The carrier answered. Gives the message, or nil when the sequence isn't ours.
    mutating func answered(_ sequence: UInt32, accepted: Bool) -> Message? {
        guard let message = outstanding.take(sequence) else { return nil }
        if accepted, pausedUntil == nil {
            isProbing = false
            throttledInARow = 0
        }
        return message
    }

    /// The token of an answer that came after its time.
    mutating func answeredLate(_ sequence: UInt32) -> SubmitToken? {
        guard let index = overdue.firstIndex(where: { $0.sequence == sequence }) else { return nil }
        return overdue.remove(at: index).token
    }

    /// Keeps a throttled message and pauses. Gives the end of the pause if it starts now.
    mutating func throttled(_ message: Message, now: Milliseconds) -> Milliseconds? {
        let index = held.firstIndex { $0.order > message.order } ?? held.endIndex
        held.insert(message, at: index)
        guard pausedUntil == nil else { return nil }
        throttledInARow += 1
        let end = now + backoff.delay(attempt: throttledInARow, jitter: jitter.next())
        pausedUntil = end
        isProbing = true
        return end
    }

    /// Whether a pause ended.
    mutating func resumeIfDue(now: Milliseconds) -> Bool {
        guard let end = pausedUntil, end <= now else { return false }
        pausedUntil = nil
        return true
    }

    /// Those whose answers didn't come: their outcome is unknown.
    mutating func takeOverdue(now: Milliseconds) -> [SubmitToken] {
        let entries = outstanding.takeOverdue(now: now)
        for entry in entries {
            if overdue.count >= 256 { overdue.removeFirst() }
            overdue.append((entry.sequence, entry.request.token))
        }
        return entries.map(\.request.token)
    }

    var heldTokens: [SubmitToken] { held.map(\.token) }

    /// Forgets one that waits. When it was the first, the next one is the probe.
    mutating func giveUp(_ token: SubmitToken) -> Bool {
        guard let index = held.firstIndex(where: { $0.token == token }) else { return false }
        held.remove(at: index)
        return true
    }

    /// Those that were refused and never sent again.
    mutating func takeHeld() -> [SubmitToken] {
        defer { held = [] }
        return held.map(\.token)
    }

    /// Those sent and unanswered when the connection is gone.
    mutating func takeOutstanding() -> [SubmitToken] {
        outstanding.takeAll().map(\.request.token)
    }

    private var rawRoom: Int {
        guard pausedUntil == nil else { return 0 }
        return max((isProbing ? 1 : size) - outstanding.count, 0)
    }
}
