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
        /// Read rows not yet acknowledged whose id is greater.
        case read(after: Int64)
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

    /// - Parameter cursor: the last row that an earlier session, now resumed, was handed; 0 for a new session.
    init(cursor: Int64 = 0) {
        self.cursor = cursor
        noticed = cursor
    }

    /// Whether the session takes messages that are addressed to the account.
    var isOn: Bool { mode != .off }

    /// The session became ready for the account's messages.
    mutating func turnOn() -> Step {
        guard mode == .off else { return .nothing }
        mode = .reading
        return .read(after: cursor)
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
        guard mode == .parked else { return .nothing }
        mode = .reading
        return .read(after: cursor)
    }

    /// A page that was asked for is here.
    ///
    /// - Parameters:
    ///   - after: what it was asked with.
    ///   - last: its last row; nil for an empty page.
    /// - Returns: whether its rows are to be sent, and what follows.
    mutating func pageRead(after: Int64, last: Int64?) -> (send: Bool, next: Step) {
        guard mode == .reading else { return (false, .nothing) }
        // The cursor was set back meanwhile: this page would leave a gap.
        guard after == cursor else { return (false, .read(after: cursor)) }
        if let last {
            cursor = max(cursor, last)
            return (true, .read(after: cursor))
        }
        guard noticed > cursor else {
            mode = .live
            return (false, .nothing)
        }
        // Committed after the page's snapshot was taken, or acknowledged by another session before it: look once more.
        noticed = cursor
        return (false, .read(after: cursor))
    }

    /// Rows after `id` were handed to a session that is gone, unacknowledged: they are this session's now.
    mutating func rewind(to id: Int64) -> Step {
        cursor = min(cursor, id)
        guard mode == .live else { return .nothing }
        mode = .reading
        return .read(after: cursor)
    }
}
