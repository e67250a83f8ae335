// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite("What is remembered of messages")
struct TraceRingTests {
    @Test("what is recorded is found again, by id")
    func found() {
        let ring = TraceRing(capacity: 8)
        let now: Int64 = 1_800_000_000_123
        ring.record(.received, 1 << 61, at: now)
        ring.record(.stored, 2, at: now + 1)
        ring.record(.confirmed, 1 << 61, at: now + 2)
        let events = ring.events(of: [1 << 61])
        #expect(events.map(\.stage) == [.received, .confirmed] && events.map(\.at) == [now, now + 2])
        #expect(ring.events(of: [3]).isEmpty)
        #expect(ring.forgottenBefore == nil)
    }

    @Test("the newest take the place of the oldest", arguments: [1, 2, 5])
    func bounded(_ capacity: Int) {
        let ring = TraceRing(capacity: capacity)
        for number in 1...17 { ring.record(.sent, Int64(number), at: Int64(1_000 + number)) }
        for number in 1...17 {
            #expect(ring.events(of: [Int64(number)]).count == (number > 17 - capacity ? 1 : 0), "\(number)")
        }
        #expect(ring.forgottenBefore == Int64(1_000 + 17 - capacity + 1))
    }

    @Test("what several threads remember comes in the order of time")
    func memory() {
        let memory = TraceMemory(capacity: 4)
        let (one, other) = (memory.ring(), memory.ring())
        other.record(.confirmed, 7, at: 30)
        memory.writer.record(.received, 7, at: 10)
        memory.writer.record(.stored, 7, at: 20)
        one.record(.acknowledged, 7, at: 20)
        #expect(memory.events(of: [7]).map(\.stage) == [.received, .stored, .acknowledged, .confirmed])
        #expect(memory.forgottenBefore == nil)
        for number in 0..<5 { one.record(.sent, Int64(number), at: 100 + Int64(number)) }
        #expect(memory.forgottenBefore == 101)
    }
}
