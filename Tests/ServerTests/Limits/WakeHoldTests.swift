// SPDX-License-Identifier: Apache-2.0

import Dispatch
import NIOCore
import NIOEmbedded
import NIOPosix
import Synchronization
import Testing

@testable import Server

/// The writer waits for a loop that is far behind, and not for ever.
@Suite struct WakeHoldTests {
    @Test(.timeLimit(.minutes(1))) func `a loop with no more than the limit isn't waited for`() {
        let hold = WakeHold(limit: 10, patience: .max)
        let mailbox = Mailbox(loop: EmbeddedEventLoop(), hold: hold)
        hold.add(mailbox)
        hold.gather {
            for _ in 0..<10 { mailbox.post {} }
        }
        #expect(mailbox.depth == 10, "the loop stands still, and nobody waited for it")
    }

    @Test func `a loop that stands still is given up`() {
        let hold = WakeHold(limit: 10, patience: 20)
        let mailbox = Mailbox(loop: EmbeddedEventLoop(), hold: hold)
        hold.add(mailbox)
        let began = ContinuousClock.now
        hold.gather {
            for _ in 0..<11 { mailbox.post {} }
        }
        #expect(ContinuousClock.now - began >= .milliseconds(20))
        #expect(mailbox.depth == 11)
    }

    @Test(.timeLimit(.minutes(1))) func `a loop that is behind is waited for until it has caught up`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let hold = WakeHold(limit: 10, patience: .max)
        let mailbox = Mailbox(loop: group.next(), hold: hold)
        hold.add(mailbox)
        let (isBlocked, mayGoOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        // The loop is busy with something else.
        group.next().execute {
            isBlocked.signal()
            mayGoOn.wait()
        }
        let left = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                isBlocked.wait()
                DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(30)) { mayGoOn.signal() }
                hold.gather {
                    for _ in 0..<1_000 { mailbox.post {} }
                }
                continuation.resume(returning: mailbox.depth)
            }
        }
        #expect(left <= 10)
        try await group.shutdownGracefully()
    }
}
