// SPDX-License-Identifier: Apache-2.0

import DequeModule
import Synchronization

/// Lets few requests of one person run at a time, whatever they are and however many devices ask: the others wait for their turn, and
/// threads stay free for everybody else.
final class SlowWork: Sendable {
    typealias Work = @Sendable () -> Void

    private struct State {
        var running = 0
        var waiting: Deque<Work> = []
    }

    /// The store has four threads for reading, so that two people who ask without end leave some.
    static let limit = 2

    private let state = Mutex(State())

    /// Runs `work` now or in its turn; it has to call ``end()`` when all it began is done.
    func begin(_ work: @escaping Work) {
        let isNow = state.withLock { state in
            guard state.running < Self.limit else {
                state.waiting.append(work)
                return false
            }
            state.running += 1
            return true
        }
        if isNow { work() }
    }

    func end() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.running -= 1 }
            return next
        }
        next?()
    }
}
