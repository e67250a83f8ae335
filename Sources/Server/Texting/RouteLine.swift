import SMPP
import Store
import Synchronization

/// A route's line, shared by who fills it and the connection that empties it.
final class RouteLine: Sendable {
    private let state = Mutex(SegmentLine())

    func with<R: Sendable>(_ body: (inout SegmentLine) -> R) -> R {
        state.withLock { body(&$0) }
    }
}
