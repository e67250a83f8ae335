/// Which of a client's stanzas have been dealt with: the source of `h` (XEP-0198 §4), and of order.
///
/// Every stanza takes a ticket when it arrives. Tickets complete in any order, say when a batch has been committed; `h` is
/// the number of stanzas up to the first that hasn't. What a stanza brings about is held until all stanzas before it have
/// completed, so one that is stored nowhere can't overtake one that is.
package struct InboundLedger<Effect: Sendable>: Sendable {
    /// A stanza's place in line.
    package struct Ticket: Hashable, Comparable, Sendable {
        fileprivate let number: UInt64

        package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    }

    /// What a completion set free.
    package struct Release: Sendable {
        /// To be performed in this order.
        package var effects: [Effect] = []
        /// The `h` of an `<a/>` that is due now, after the effects.
        package var acknowledgement: UInt32?
    }

    /// Stanzas that were ever accepted.
    private var accepted: UInt64 = 0
    /// Accepted stanzas up to the first that isn't complete.
    private var completed: UInt64 = 0
    /// The effects of stanzas that completed before their turn, by number.
    private var early: [UInt64: [Effect]] = [:]
    /// How large the stanzas are whose turn hasn't come.
    private var sizes = FIFO<Int>()
    /// Where counting for `h` began.
    private var base: UInt64 = 0
    /// Acknowledgements owed: once this many are complete, and once more for requests that came later.
    private var nextDue: UInt64?
    private var lastDue: UInt64?

    package init() {}

    /// Stanzas accepted whose turn hasn't come. The caller stops reading when there are too many.
    package var pendingCount: Int { Int(accepted - completed) }

    /// Bytes of those stanzas. The caller stops reading when there are too many.
    package private(set) var pendingBytes = 0

    /// `h`: handled stanzas since counting began, modulo 2³².
    package var handled: UInt32 { completed > base ? UInt32(truncatingIfNeeded: completed - base) : 0 }

    /// What `h` will be when this stanza and all before it are complete.
    package func handled(through ticket: Ticket) -> UInt32 {
        ticket.number >= base ? UInt32(truncatingIfNeeded: ticket.number - base + 1) : 0
    }
}

// MARK: - Events

extension InboundLedger {
    /// `<enable/>` came: stanzas count from here (XEP-0198 §4).
    package mutating func beginCounting() {
        base = accepted
    }

    /// A stanza of so many bytes came.
    package mutating func accept(bytes: Int = 0) -> Ticket {
        defer { accepted += 1 }
        sizes.append(bytes)
        pendingBytes += bytes
        return Ticket(number: accepted)
    }

    /// The stanza has been dealt with as far as it must be before the client may forget it.
    ///
    /// - Parameters:
    ///   - ticket: completing it twice adds nothing.
    ///   - effects: what follows from it, held until its turn.
    /// - Returns: what may be done now.
    package mutating func complete(_ ticket: Ticket, _ effects: [Effect] = []) -> Release {
        guard ticket.number == completed, completed < accepted else {
            if ticket.number > completed, early[ticket.number] == nil { early[ticket.number] = effects }
            return Release()
        }
        var release = Release(effects: effects)
        advance()
        while !early.isEmpty, let effects = early.removeValue(forKey: completed) {
            release.effects += effects
            advance()
        }
        if let due = nextDue, completed >= due {
            release.acknowledgement = handled
            nextDue = lastDue.flatMap { $0 > completed ? $0 : nil }
            if nextDue == nil { lastDue = nil }
        }
        return release
    }

    private mutating func advance() {
        completed += 1
        pendingBytes -= sizes.popFirst() ?? 0
    }

    /// `<r/>` came. It never hurries anything: the answer goes out when all that came before it has completed, one for
    /// all that wait.
    ///
    /// - Returns: the `h` to send now, or nil if a later ``Release`` will bring it.
    package mutating func requestAcknowledgement() -> UInt32? {
        guard completed < accepted else { return handled }
        if nextDue == nil { nextDue = accepted }
        lastDue = accepted
        return nil
    }

    /// The stream ended and nobody waits for acknowledgements any more; the stanzas' fates go on.
    package mutating func forgetRequests() {
        nextDue = nil
        lastDue = nil
    }
}
