// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Synchronization

/// Work handed to one event loop, in order and in batches.
///
/// The store's writer finishes many jobs with one commit. Posting each to its loop on its own would wake that loop
/// once per message; a mailbox wakes it once per batch.
final class Mailbox: Sendable {
    typealias Work = @Sendable () -> Void

    let loop: any EventLoop
    /// What the loop does to messages.
    let trace: TraceRing
    private let waiting = Mutex<[Work]>([])
    private let unhurried = Mutex<[Work]>([])

    /// How long ``postUnhurried(_:)`` may take.
    static let round = TimeAmount.milliseconds(500)

    private let hold: WakeHold?

    init(loop: any EventLoop, trace: TraceRing = TraceRing(capacity: 1), hold: WakeHold? = nil) {
        self.hold = hold
        self.loop = loop
        self.trace = trace
    }

    /// Runs `work` on the loop after everything posted before it.
    func post(_ work: @escaping Work) {
        let isFirst = waiting.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
        if isFirst, hold?.isHeld != true { loop.execute { self.drain() } }
    }

    /// How much waits.
    var depth: Int { waiting.withLock { $0.count } }

    /// Wakes the loop if anything waits.
    func wake() {
        if waiting.withLock({ !$0.isEmpty }) { loop.execute { self.drain() } }
    }

    /// Runs `work` on the loop within half a second, together with all else that was posted so: for questions to which
    /// nobody waits for an answer. Half a second of them costs one turn of the loop.
    func postUnhurried(_ work: @escaping Work) {
        let isFirst = unhurried.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
        guard isFirst else { return }
        loop.scheduleTask(in: Self.round) {
            var batch: [Work] = []
            self.unhurried.withLock { swap(&$0, &batch) }
            for work in batch { work() }
        }
    }

    private func drain() {
        var batch: [Work] = []
        waiting.withLock { swap(&$0, &batch) }
        for work in batch { work() }
    }
}

/// One mailbox for each loop of the group.
struct Mailboxes: Sendable {
    private let byLoop: [ObjectIdentifier: Mailbox]
    private let fallback: Mailbox

    /// Posts made while `hold` holds wake their loops at its end.
    init(group: any EventLoopGroup, traces: TraceMemory, hold: WakeHold? = nil) {
        fallback = Mailbox(loop: group.next(), trace: traces.ring(), hold: hold)
        hold?.add(fallback)
        var byLoop: [ObjectIdentifier: Mailbox] = [:]
        for loop in group.makeIterator() {
            let mailbox = Mailbox(loop: loop, trace: traces.ring(), hold: hold)
            hold?.add(mailbox)
            byLoop[ObjectIdentifier(loop)] = mailbox
        }
        self.byLoop = byLoop
    }

    subscript(loop: any EventLoop) -> Mailbox {
        byLoop[ObjectIdentifier(loop)] ?? fallback
    }
}
