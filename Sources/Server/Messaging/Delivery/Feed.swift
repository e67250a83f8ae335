// SPDX-License-Identifier: Apache-2.0

/// Where one session stands in its owner's stored queue.
///
/// Stored messages reach a session in one of two ways: pushed as they are committed (`live`), or read back from the
/// store (`behind`: after login, after a resumption, or because the peer reads slower than it is written to). A
/// session that is behind ignores pushes, since the store will answer with the same rows, so memory never grows with
/// a slow peer. Archive ids only rise, which makes the cursor enough to neither lose nor repeat a row.
struct Feed: Equatable {
    /// What the session does next.
    enum Step: Equatable {
        case nothing
        case read(Read)
    }

    /// A question to the store: rows not yet acknowledged whose id is greater than `after`.
    struct Read: Equatable {
        let after: Int64
        /// Tells the newest question from earlier ones. What those find may be from before the feed was turned off,
        /// so it no longer counts.
        let number: UInt64
    }

    private enum Mode: Equatable {
        /// Takes no queued messages: no initial presence, or a negative priority (RFC 6121 §8.5.2).
        case off
        case live
        /// A page is being read.
        case reading
        /// The peer is slow; nothing is read until it has caught up.
        case parked
    }

    private var mode = Mode.off
    /// The last row handed to this session.
    private(set) var cursor: Int64
    /// The last row that was committed while this session couldn't take it.
    private var noticed: Int64
    /// How many questions were asked.
    private var asked: UInt64 = 0

    /// - Parameter cursor: the last row that an earlier session, now resumed, was handed; 0 for a new session.
    init(cursor: Int64 = 0) {
        self.cursor = cursor
        noticed = cursor
    }

    /// Whether the session takes messages that are addressed to the account.
    var isOn: Bool { mode != .off }

    /// Rows are still to come that were committed before anything that happens now.
    var isCatchingUp: Bool { mode == .reading || mode == .parked }

    /// The session became ready for the account's messages.
    mutating func turnOn() -> Step {
        mode == .off ? read() : .nothing
    }

    /// The session no longer takes the account's messages.
    mutating func turnOff() {
        mode = .off
    }

    /// Row `id` was committed for this session; true if it is to be sent now.
    mutating func committed(_ id: Int64) -> Bool {
        noticed = max(noticed, id)
        guard mode == .live, id > cursor else { return false }
        cursor = id
        return true
    }

    /// The peer can't take more for now: `row`, and what follows, was not sent after all.
    mutating func park(before row: Int64) {
        guard mode != .off else { return }
        noticed = max(noticed, cursor)
        cursor = min(cursor, row - 1)
        mode = .parked
    }

    /// The peer takes more again.
    mutating func unpark() -> Step {
        mode == .parked ? read() : .nothing
    }

    /// A page that was asked for is here.
    ///
    /// - Parameters:
    ///   - read: what it was asked with.
    ///   - last: its last row; nil for an empty page.
    /// - Returns: whether its rows are to be sent, and what follows.
    mutating func pageRead(_ read: Read, last: Int64?) -> (send: Bool, next: Step) {
        guard mode == .reading, read.number == asked else { return (false, .nothing) }
        if let last {
            cursor = max(cursor, last)
            return (true, self.read())
        }
        guard noticed > cursor else {
            mode = .live
            return (false, .nothing)
        }
        // Committed after the page's snapshot was taken, or acknowledged by another session before it: look once more.
        noticed = cursor
        return (false, self.read())
    }

    /// Rows after `id` were handed to a session that is gone, unacknowledged: they are this session's now.
    mutating func rewind(to id: Int64) -> Step {
        cursor = min(cursor, id)
        switch mode {
        // A page on its way would leave a gap, or was read before those rows were there.
        case .live, .reading: return read()
        case .off, .parked: return .nothing
        }
    }

    private mutating func read() -> Step {
        mode = .reading
        asked &+= 1
        return .read(Read(after: cursor, number: asked))
    }
}
