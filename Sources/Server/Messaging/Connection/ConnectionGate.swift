// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Admits connections up to a limit; beyond it a connection is closed before it costs anything.
final class ConnectionGate: Sendable {
    private let limit: Int
    private let open = Mutex(0)

    init(limit: Int) {
        self.limit = limit
    }

    /// Runs `setUp` on the channel's loop if there is room.
    func admit(_ channel: any Channel, _ setUp: () throws -> Void) -> EventLoopFuture<Void> {
        let hasRoom = open.withLock { open in
            guard open < limit else { return false }
            open += 1
            return true
        }
        guard hasRoom else { return channel.close() }
        channel.closeFuture.whenComplete { _ in self.open.withLock { $0 -= 1 } }
        do {
            try setUp()
            return channel.eventLoop.makeSucceededVoidFuture()
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }
}
