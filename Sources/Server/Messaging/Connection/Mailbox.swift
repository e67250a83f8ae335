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

    init(loop: any EventLoop, trace: TraceRing = TraceRing(capacity: 1)) {
        self.loop = loop
        self.trace = trace
    }

    /// Runs `work` on the loop after everything posted before it.
    func post(_ work: @escaping Work) {
        let wake = waiting.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
        if wake { loop.execute { self.drain() } }
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

    init(group: any EventLoopGroup, traces: TraceMemory) {
        fallback = Mailbox(loop: group.next(), trace: traces.ring())
        var byLoop: [ObjectIdentifier: Mailbox] = [:]
        for loop in group.makeIterator() {
            byLoop[ObjectIdentifier(loop)] = Mailbox(loop: loop, trace: traces.ring())
        }
        self.byLoop = byLoop
    }

    subscript(loop: any EventLoop) -> Mailbox {
        byLoop[ObjectIdentifier(loop)] ?? fallback
    }
}
