/// Stanzas sent to a client that it hasn't acknowledged (XEP-0198 §4), to be sent again on resumption or kept for later.
package struct OutboundQueue: Sendable {
    /// One stanza as it was sent.
    package struct Entry: Equatable, Sendable {
        package let bytes: [UInt8]
        /// The archive's row, if there is one: it survives this queue.
        package let archiveID: Int64?

        package init(bytes: [UInt8], archiveID: Int64? = nil) {
            self.bytes = bytes
            self.archiveID = archiveID
        }
    }

    /// What may be unacknowledged, and when to ask.
    package struct Limits: Equatable, Sendable {
        package var stanzas: Int
        package var bytes: Int
        /// Ask with `<r/>` after this many stanzas.
        package var requestInterval: Int

        package init(stanzas: Int = 256, bytes: Int = 512 * 1024, requestInterval: Int = 8) {
            self.stanzas = max(1, stanzas)
            self.bytes = max(1, bytes)
            self.requestInterval = max(1, requestInterval)
        }
    }

    /// What became of a stanza.
    package enum Outcome: Equatable, Sendable {
        /// Send it, and then `<r/>` if so said.
        case queued(requestAcknowledgement: Bool)
        /// The client is too far behind: don't send it.
        case full
    }

    /// The client says that it handled more than it was sent (XEP-0198 §4, `<handled-count-too-high/>`).
    package struct HandledCountTooHigh: Error, Equatable, Sendable {
        package let handled: UInt32
        package let sent: UInt32

        /// The stream error that the client gets.
        package var streamError: StreamError {
            StreamError(
                .undefinedCondition, text: "You acknowledged more stanzas than were sent.",
                detail: .handledCountTooHigh(handled: handled, sent: sent))
        }
    }

    private let limits: Limits
    private var entries = FIFO<Entry>()
    /// Stanzas acknowledged so far, modulo 2³².
    private var acknowledged: UInt32
    private var byteCount = 0
    private var sinceRequest = 0
    private var isRequestOpen = false

    /// - Parameters:
    ///   - limits: bounds of the queue.
    ///   - acknowledged: where counting starts; 0 but in tests.
    package init(limits: Limits = Limits(), acknowledged: UInt32 = 0) {
        self.limits = limits
        self.acknowledged = acknowledged
    }

    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }
    /// Unacknowledged stanzas, the oldest first.
    package var unacknowledged: [Entry] { entries.all }
    /// Stanzas sent since the start, modulo 2³².
    package var sent: UInt32 { acknowledged &+ UInt32(truncatingIfNeeded: entries.count) }
}

// MARK: - Events

extension OutboundQueue {
    /// A stanza is about to be sent.
    package mutating func append(_ entry: Entry) -> Outcome {
        // A stanza longer than the whole limit passes when nothing else waits, or it could never be sent.
        guard entries.count < limits.stanzas, entries.isEmpty || byteCount + entry.bytes.count <= limits.bytes else {
            return .full
        }
        entries.append(entry)
        byteCount += entry.bytes.count
        sinceRequest += 1
        let isFilling = entries.count * 2 >= limits.stanzas || byteCount * 2 >= limits.bytes
        guard !isRequestOpen, sinceRequest >= limits.requestInterval || isFilling else {
            return .queued(requestAcknowledgement: false)
        }
        noteRequest()
        return .queued(requestAcknowledgement: true)
    }

    /// Whether something was sent that no request asks about yet.
    package var isRequestDue: Bool { sinceRequest > 0 && !isRequestOpen }

    /// Nothing has been sent for a while. Whether to send `<r/>` now.
    package mutating func requestAcknowledgementIfIdle() -> Bool {
        guard isRequestDue else { return false }
        noteRequest()
        return true
    }

    /// `<a/>` came.
    ///
    /// - Returns: what the client has now, the oldest first.
    package mutating func acknowledge(_ handled: UInt32) throws(HandledCountTooHigh) -> [Entry] {
        let newly = Int(handled &- acknowledged)
        guard newly <= entries.count else { throw HandledCountTooHigh(handled: handled, sent: sent) }
        isRequestOpen = false
        sinceRequest = min(sinceRequest, entries.count - newly)
        var released: [Entry] = []
        released.reserveCapacity(newly)
        for _ in 0..<newly {
            guard let entry = entries.popFirst() else { break }
            byteCount -= entry.bytes.count
            released.append(entry)
        }
        acknowledged = handled
        return released
    }

    /// `<resume/>` came, on another stream.
    ///
    /// - Returns: what the client has. What is ``unacknowledged`` then must be sent again, before anything new.
    package mutating func resume(_ handled: UInt32) throws(HandledCountTooHigh) -> [Entry] {
        let released = try acknowledge(handled)
        sinceRequest = entries.count
        return released
    }

    private mutating func noteRequest() {
        isRequestOpen = true
        sinceRequest = 0
    }
}
