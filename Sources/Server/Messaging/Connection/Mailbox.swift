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
    static let round = TimeAmount.milliseconds(250)

    private let hold: WakeHold?
    /// The loop's own; off it nobody looks.
    private let present: NIOLoopBoundBox<Turn>

    /// What one turn of the loop brings about.
    private struct Turn {
        var isOn = false
        /// Connections with something to hand over at its end.
        var written: [ClientConnection] = []
    }

    init(loop: any EventLoop, trace: TraceRing = TraceRing(capacity: 1), hold: WakeHold? = nil) {
        self.hold = hold
        self.loop = loop
        self.trace = trace
        present = .makeBoxSendingValue(Turn(), eventLoop: loop)
    }

    /// Runs `work`, on the loop; then what was written meanwhile goes out, in one piece for each connection.
    func turn(_ work: () -> Void) {
        // Closing a connection can bring a turn about within a turn.
        guard !present.value.isOn else { return work() }
        present.value.isOn = true
        work()
        var next = 0
        while let connection = present.withValue({ next < $0.written.count ? $0.written[next] : nil }) {
            connection.flush()
            next += 1
        }
        present.withValue { turn in
            turn.isOn = false
            turn.written.removeAll(keepingCapacity: true)
        }
    }

    /// Has the connection flushed when the present turn of its loop ends.
    func atEndOfTurn(_ connection: ClientConnection) {
        let isTurn = present.withValue { turn in
            if turn.isOn { turn.written.append(connection) }
            return turn.isOn
        }
        guard !isTurn else { return }
        let bound = NIOLoopBound(connection, eventLoop: loop)
        loop.execute { bound.value.flush() }
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

    /// Runs `work` on the loop within a quarter of a second, together with all else that was posted so: for questions to which
    /// nobody waits for an answer. All of that time costs one turn of the loop.
    func postUnhurried(_ work: @escaping Work) {
        let isFirst = unhurried.withLock { waiting in
            waiting.append(work)
            return waiting.count == 1
        }
        guard isFirst else { return }
        loop.scheduleTask(in: Self.round) {
            var batch: [Work] = []
            self.unhurried.withLock { swap(&$0, &batch) }
            self.turn { for work in batch { work() } }
        }
    }

    private func drain() {
        var batch: [Work] = []
        waiting.withLock { swap(&$0, &batch) }
        turn { for work in batch { work() } }
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
