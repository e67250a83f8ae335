import Synchronization

/// What happens to one route, in order: from the connection, from the store, from the rest of the server.
///
/// Unbounded in form and bounded in fact: the window bounds submits, the session bounds deliveries, wakes fold into
/// one, and codes have their limits.
final class RouteInbox: Sendable {
    enum Event: Sendable {
        /// Texts may be due.
        case wake
        case notice(Notice)
        /// A code's or answer's price was within the cap.
        case paid(Notice)
        case link(LinkEvent)
        /// The store has written what became of a segment, and of its text if that is now at another state.
        case stored(OutgoingChange?)
        case shutDown
        /// The time that a shutdown may take is over.
        case outOfTime
    }

    let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private let state = Mutex(State())

    private struct State {
        var wakes = false
        var isBound = false
    }

    init() {
        (events, continuation) = AsyncStream.makeStream()
    }

    func yield(_ event: Event) {
        switch event {
        case .link(.bound): state.withLock { $0.isBound = true }
        case .link(.closed): state.withLock { $0.isBound = false }
        default: break
        }
        continuation.yield(event)
    }

    /// Says that texts may be due, unless that is already said and unread.
    func wake() {
        let isFirst = state.withLock { state in
            defer { state.wakes = true }
            return !state.wakes
        }
        if isFirst { continuation.yield(.wake) }
    }

    /// The wake is being answered; one that comes now counts again.
    func wakeRead() {
        state.withLock { $0.wakes = false }
    }

    var isBound: Bool { state.withLock(\.isBound) }
}
