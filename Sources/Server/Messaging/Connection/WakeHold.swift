// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Synchronization

/// Holds the event loops' wakes back while the store's writer answers a batch, so that each loop is woken once for all of
/// it and not again and again by a thread that is faster or slower than itself.
final class WakeHold: Sendable {
    private let held = Atomic<Bool>(false)
    private let mailboxes = Mutex<[Mailbox]>([])

    /// Whether a mailbox leaves it to the end of ``gather(_:)`` to wake its loop.
    var isHeld: Bool { held.load(ordering: .sequentiallyConsistent) }

    /// A mailbox that asks ``isHeld``.
    func add(_ mailbox: Mailbox) {
        mailboxes.withLock { $0.append(mailbox) }
    }

    /// With so much posted to a loop and not done, the writer waits for it: nothing more is committed, clients' stanzas
    /// pile up until their connections aren't read, and what waits in memory stays bounded.
    static let usualLimit = 4_096
    private let limit: Int
    /// How often a millisecond is waited for a loop; one that stands still that long has ended.
    static let usualPatience = 2_000
    private let patience: Int

    init(limit: Int = WakeHold.usualLimit, patience: Int = WakeHold.usualPatience) {
        self.limit = limit
        self.patience = patience
    }

    /// Runs `work`, then wakes the loops that something was posted to meanwhile, by whomever. Only one thread may gather.
    func gather(_ work: () -> Void) {
        held.store(true, ordering: .sequentiallyConsistent)
        work()
        held.store(false, ordering: .sequentiallyConsistent)
        let mailboxes = mailboxes.withLock { $0 }
        for mailbox in mailboxes { mailbox.wake() }
        var waits = 0
        while waits < patience, mailboxes.contains(where: { $0.depth > limit }) {
            Self.waitAMillisecond()
            waits += 1
        }
    }

    /// Of its own, so that it waits for nobody's work, and at no raised priority: libdispatch tells the system's log each time it is
    /// denied one.
    private static let timer = DispatchQueue(label: "hoopoe.patience")

    /// By a timer, which goes by the machine's uptime. The time limit of a semaphore's wait goes by the wall clock on Linux:
    /// if that is set back meanwhile, the wait takes as long.
    private static func waitAMillisecond() {
        let passed = DispatchSemaphore(value: 0)
        timer.asyncAfter(deadline: .now() + .milliseconds(1)) { passed.signal() }
        passed.wait()
    }
}
