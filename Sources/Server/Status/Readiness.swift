// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Whether the server does its work now: what `/ready` tells.
final class Readiness: Sendable {
    enum State: Sendable, Equatable {
        case starting
        case serving
        case stopping
        /// The disk refused; the server ends.
        case failed
    }

    private let current = Mutex(State.starting)

    var state: State { current.withLock { $0 } }

    /// Goes on to another state. Nothing follows a failure.
    func become(_ state: State) {
        current.withLock { if $0 != .failed { $0 = state } }
    }
}

extension Readiness.State {
    /// Why the server isn't ready, for whoever looks after it; nil while it serves.
    var obstacle: String? {
        switch self {
        case .starting: "starting: the listeners are not open yet"
        case .serving: nil
        case .stopping: "stopping: new connections are not taken any more"
        case .failed: "the disk refused a write, so nothing more is promised and the server ends; its log says why"
        }
    }
}
