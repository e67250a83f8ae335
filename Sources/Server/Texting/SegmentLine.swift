import Consent
import SMPP
import Store

/// The segments of one route in the order they go out: waiting, handed to the session, waiting to be tried again.
///
/// The session takes from it when it has room; what it gives back returns to its old place, so order survives pauses
/// and lost connections. Segments are numbered by their tokens, in order.
struct SegmentLine: Sendable {
    /// What a segment belongs to.
    enum Source: Hashable, Sendable {
        /// One that stands in for a message to somebody here needs their yes as well, until it has left.
        case text(ArchiveID, part: Int, owner: PersonID, standsInFor: PersonID?)
        /// A code or an answer of the server's own.
        case notice
    }

    struct Item: Sendable {
        let token: SubmitToken
        let source: Source
        let message: SubmitSM
        fileprivate(set) var tries = 1
        /// Its outcome was called unknown before the carrier answered.
        fileprivate(set) var isOverdue = false
        /// The connection that it was handed to.
        fileprivate var connection = 0

        fileprivate var triedAgain: Item {
            var item = self
            item.tries += 1
            return item
        }

        var text: ArchiveID? {
            guard case .text(let id, _, _, _) = source else { return nil }
            return id
        }
    }

    /// How often a segment is tried that the carrier says it can't take just now.
    static let maximumTries = 4
    /// How often when the carrier takes nothing at all: about an hour, with the longest wait of a minute.
    static let maximumTriesInTrouble = 64

    private var lastToken: Int64 = 0
    /// Codes and answers, before everything else.
    private var notices: [Item] = []
    private var waiting: [Item] = []
    private var delayed: [(at: Milliseconds, item: Item)] = []
    private var inHand: [SubmitToken: Item] = [:]
    /// How many of those sent without an answer are remembered.
    static let unansweredLimit = 256
    /// Sent without an answer, which may still come. Bounded.
    private var unanswered: [Item] = []
    /// Texts of which no further part goes out: their recipient said STOP, or they have failed. Kept until they have come to
    /// their end and the session holds nothing of them.
    private(set) var stopped: Set<ArchiveID> = []
    /// Those that have come to their end while the session held parts of them.
    private var ended: Set<ArchiveID> = []
    /// Counts the connections that ended.
    private var connection = 0
    /// Refusals in a row that blame the carrier's system rather than the segment.
    private var troubles = 0
    /// Nothing goes out before this.
    private var rest: Milliseconds?

    /// How many more segments the session would send if the line had any, as it said last.
    var room = 0

    /// Segments of texts that nobody has taken yet, or that are to be tried again.
    var waitingCount: Int { waiting.count + delayed.count }
    /// Whether segments wait that may go out now.
    var isSending: Bool { !waiting.isEmpty && rest == nil }
    /// How long nothing goes out, in milliseconds; nil if the line doesn't rest.
    func resting(at now: Milliseconds) -> Milliseconds? {
        guard let rest, rest > now else { return nil }
        return rest - now
    }
    /// When something may go out again that may not now: a delayed segment, or everything after a rest.
    func nextRetry(after now: Milliseconds) -> Milliseconds? {
        var times = delayed.map(\.at)
        if let rest, !waiting.isEmpty || !notices.isEmpty { times.append(rest) }
        return times.filter { $0 > now }.min()
    }

    mutating func add(
        _ messages: [SubmitSM], of text: ArchiveID, owner: PersonID, standingInFor recipient: PersonID? = nil
    ) {
        for (index, message) in messages.enumerated() {
            waiting.append(item(message, .text(text, part: index + 1, owner: owner, standsInFor: recipient)))
        }
    }

    mutating func add(notice messages: [SubmitSM]) {
        for message in messages { notices.append(item(message, .notice)) }
    }

    private mutating func item(_ message: SubmitSM, _ source: Source) -> Item {
        lastToken += 1
        return Item(token: SubmitToken(rawValue: lastToken), source: source, message: message)
    }

    /// The next segment to send, now in the session's hands.
    mutating func next(now: Milliseconds) -> Item? {
        if let rest {
            guard now >= rest else { return nil }
            self.rest = nil
        }
        var item: Item
        if !notices.isEmpty {
            item = notices.removeFirst()
        } else if let index = delayed.firstIndex(where: { $0.at <= now }) {
            item = delayed.remove(at: index).item
        } else if !waiting.isEmpty {
            item = waiting.removeFirst()
        } else {
            return nil
        }
        item.connection = connection
        inHand[item.token] = item
        return item
    }

    /// What the session holds under a token.
    func item(inHand token: SubmitToken) -> Item? {
        inHand[token]
    }

    /// The session didn't send it: back to its place. Codes and answers aren't kept for another connection.
    mutating func giveBack(_ token: SubmitToken) {
        guard let item = inHand.removeValue(forKey: token), item.source != .notice else { return }
        if let text = item.text, ended.contains(text) { return forget(text) }
        let index = waiting.firstIndex { $0.token.rawValue > token.rawValue } ?? waiting.endIndex
        waiting.insert(item, at: index)
    }

    /// A text that has come to its end needn't be known any more once the session holds nothing of it.
    private mutating func forget(_ text: ArchiveID) {
        guard ended.contains(text), !inHand.values.contains(where: { $0.text == text }) else { return }
        ended.remove(text)
        stopped.remove(text)
    }

    /// The carrier answered, in time or late: then the item is overdue.
    mutating func answered(_ token: SubmitToken) -> Item? {
        if let item = inHand.removeValue(forKey: token) {
            if let text = item.text { forget(text) }
            return item
        }
        guard let index = unanswered.firstIndex(where: { $0.token == token }) else { return nil }
        return unanswered.remove(at: index)
    }

    /// No answer came; one may come later.
    mutating func outcomeUnknown(_ token: SubmitToken) -> Item? {
        guard var item = inHand.removeValue(forKey: token) else { return nil }
        if let text = item.text { forget(text) }
        item.isOverdue = true
        if unanswered.count >= Self.unansweredLimit { unanswered.removeFirst() }
        unanswered.append(item)
        return item
    }

    /// The carrier took a segment, so its system works.
    mutating func taken() {
        (troubles, rest) = (0, nil)
    }

    /// Tries a refused segment again later; `backoff` tells how much later, by how often it was refused already.
    ///
    /// When more than ``maximumTries`` are refused one after the other, it is not for their own sake: the whole line rests,
    /// longer each time, and they are tried for longer. Codes and answers aren't, and never on another connection.
    ///
    /// - Returns: false when it was tried often enough.
    mutating func retry(_ item: Item, now: Milliseconds, backoff: (_ attempt: Int) -> Milliseconds) -> Bool {
        troubles += 1
        let isTrouble = troubles > Self.maximumTries
        let isNotice = item.source == .notice
        guard !isNotice || item.connection == connection else { return false }
        let most = isTrouble && !isNotice ? Self.maximumTriesInTrouble : Self.maximumTries
        guard item.tries < most else { return false }
        if isTrouble, rest.map({ $0 <= now }) ?? true { rest = now + backoff(troubles / Self.maximumTries) }
        delayed.append((max(rest ?? now, now + backoff(item.tries)), item.triedAgain))
        return true
    }

    /// What hasn't gone out of a text doesn't any more, wherever it is: with the session, waiting, or waiting to be tried
    /// again. Each text that is stopped is ``closed(_:)`` once.
    mutating func stop(_ text: ArchiveID) {
        stopped.insert(text)
    }

    /// A text has come to its end: what the session still holds of it isn't sent again.
    mutating func closed(_ text: ArchiveID) {
        drop(text)
        stopped.insert(text)
        ended.insert(text)
        forget(text)
    }

    /// It can't be told now whether what the session holds may leave: back to its place, and nothing goes out before `end`.
    mutating func giveBack(_ token: SubmitToken, until end: Milliseconds) {
        giveBack(token)
        rest = max(rest ?? end, end)
    }

    /// Takes out the segments of a text that aren't sent.
    mutating func drop(_ text: ArchiveID) {
        waiting.removeAll { $0.text == text }
        delayed.removeAll { $0.item.text == text }
    }

    /// The connection is gone: late answers can't come any more, and codes are stale by the next one.
    mutating func disconnected() {
        connection += 1
        unanswered = []
        dropNotices()
        room = 0
    }

    /// Takes out the codes and answers that aren't sent.
    mutating func dropNotices() {
        notices = []
        delayed.removeAll { $0.item.source == .notice }
    }

    /// Takes out the texts of which nothing was handed over yet, for another time.
    mutating func releaseUntouched(parts: [ArchiveID: Int]) -> [ArchiveID] {
        var counts: [ArchiveID: Int] = [:]
        for item in waiting + delayed.map(\.item) {
            if let text = item.text { counts[text, default: 0] += 1 }
        }
        let untouched = counts.filter { parts[$0.key] == $0.value }.keys.sorted()
        for text in untouched { closed(text) }
        return untouched
    }
}
