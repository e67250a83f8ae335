import Dispatch
import Synchronization

/// Lets readers in while a file is open, and has its closing wait for those who are inside: a pool of connections must not
/// be closed while somebody asks it for one.
final class ReadGate: Sendable {
    private struct State {
        var isClosed = false
        var inside = 0
    }

    private let state = Mutex(State())
    private let isEmpty = DispatchSemaphore(value: 0)

    /// To be followed by one ``leave()``.
    ///
    /// - Throws: `stopped` when the file is closed or about to be.
    func enter() throws(StoreError) {
        let isOpen = state.withLock { state in
            if !state.isClosed { state.inside += 1 }
            return !state.isClosed
        }
        guard isOpen else { throw .stopped }
    }

    func leave() {
        let isLast = state.withLock { state in
            state.inside -= 1
            return state.isClosed && state.inside == 0
        }
        if isLast { isEmpty.signal() }
    }

    /// Lets nobody in any more, and returns when nobody is inside. Only the first call waits.
    func close() {
        let mustWait = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed && state.inside > 0
        }
        if mustWait { isEmpty.wait() }
    }
}
