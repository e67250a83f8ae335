// SPDX-License-Identifier: Apache-2.0

import Store
import Synchronization

/// What one thread did to messages lately: ids, stages and times, and nothing else.
///
/// A fixed number of entries of 16 bytes; the newest takes the oldest one's place. One thread writes to a ring, so that its
/// lock is free whenever nobody reads a trace just then; recording allocates nothing.
package final class TraceRing: Sendable {
    /// 65,536 entries are 1 MiB, which is touched only as far as it gets filled.
    static let capacity = 65_536

    /// Something that happened.
    package struct Event: Hashable, Sendable {
        package let stage: TraceStage
        /// Milliseconds since 1970.
        package let at: Int64
    }

    private struct Entry {
        let id: Int64
        /// 56 bits of time, 8 of the stage.
        let rest: Int64
    }

    private struct State {
        var entries: [Entry] = []
        var next = 0
    }

    /// Bytes of one entry.
    static var entrySize: Int { MemoryLayout<Entry>.stride }

    private let capacity: Int
    private let state: Mutex<State>

    init(capacity: Int = TraceRing.capacity) {
        self.capacity = max(capacity, 1)
        var state = State()
        state.entries.reserveCapacity(self.capacity)
        self.state = Mutex(state)
    }

    /// Remembers one step of one message.
    func record(_ stage: TraceStage, _ id: Int64, at milliseconds: Int64) {
        let entry = Entry(id: id, rest: milliseconds << 8 | Int64(stage.code))
        state.withLock { state in
            if state.entries.count < capacity { state.entries.append(entry) } else { state.entries[state.next] = entry }
            state.next = state.next + 1 == capacity ? 0 : state.next + 1
        }
    }

    /// All that is remembered about these few ids, in no order. Looks at every entry: a fraction of a millisecond.
    func events(of ids: [Int64]) -> [Event] {
        state.withLock { state in
            var found: [Event] = []
            for entry in state.entries where ids.contains(entry.id) {
                guard let stage = TraceStage(code: UInt8(truncatingIfNeeded: entry.rest)) else { continue }
                found.append(Event(stage: stage, at: entry.rest >> 8))
            }
            return found
        }
    }

    /// When the oldest entry was made; nil while nothing has been forgotten.
    var forgottenBefore: Int64? {
        state.withLock { state in
            state.entries.count < capacity ? nil : state.entries[state.next].rest >> 8
        }
    }
}

/// The rings of a running server: one for each event loop and one for the store's writer.
package final class TraceMemory: Sendable {
    /// For what happens on the writer's thread.
    let writer: TraceRing
    /// Nothing before is remembered; milliseconds since 1970.
    package let began = WallClock.system.now()
    private let capacity: Int
    private let all: Mutex<[TraceRing]>

    init(capacity: Int = TraceRing.capacity) {
        self.capacity = capacity
        writer = TraceRing(capacity: capacity)
        all = Mutex([writer])
    }

    /// Another ring, whose events are found with the others'.
    func ring() -> TraceRing {
        let ring = TraceRing(capacity: capacity)
        all.withLock { $0.append(ring) }
        return ring
    }

    /// What happened to these ids, by time.
    package func events(of ids: [Int64]) -> [TraceRing.Event] {
        all.withLock { $0 }.flatMap { $0.events(of: ids) }.sorted {
            ($0.at, $0.stage.code) < ($1.at, $1.stage.code)
        }
    }

    /// Steps before this moment (milliseconds since 1970) may have been forgotten; nil if none has been since the start.
    package var forgottenBefore: Int64? {
        all.withLock { $0 }.compactMap(\.forgottenBefore).max()
    }
}
