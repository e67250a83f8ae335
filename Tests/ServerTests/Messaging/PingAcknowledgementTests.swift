// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

private typealias PingAnswer = (rows: [Int64], next: String?)

@Suite struct PingAcknowledgementTests {
    @Test func `the first row brings a ping, those after it wait for the answer`() throws {
        var pings = PingAcknowledgement()
        #expect(!pings.isWaiting)
        let first = try #require(pings.sent(1) as String?)
        #expect(pings.isWaiting)
        #expect(pings.sent(2) == nil)
        #expect(pings.sent(3) == nil)
        #expect(pings.unacknowledged == [1, 2, 3])

        let answer = try #require(pings.answered(first) as PingAnswer?)
        #expect(answer.rows == [1])
        let second = try #require(answer.next)
        #expect(second != first)
        #expect(pings.unacknowledged == [2, 3])

        let last = try #require(pings.answered(second) as PingAnswer?)
        #expect(last.rows == [2, 3])
        #expect(last.next == nil)
        #expect(!pings.isWaiting)
        #expect(pings.unacknowledged == [])
        #expect(pings.sent(4) != nil)
    }

    @Test func `other answers acknowledge nothing`() throws {
        var pings = PingAcknowledgement()
        #expect(pings.answered("hoopoe-ping-1") == nil)
        let id = try #require(pings.sent(1) as String?)
        for other in [nil, "", "hoopoe-ping-", "hoopoe-ping-0", "hoopoe-ping-2", id.uppercased(), id + " "] {
            #expect(pings.answered(other) == nil)
        }
        #expect(pings.unacknowledged == [1])
        _ = pings.answered(id)
        #expect(pings.answered(id) == nil, "an answer counts once")
    }

    /// Whatever the order of rows and answers: each row is acknowledged once, in order, after a ping sent after it.
    @Test(arguments: 0..<20) func `every row is acknowledged once`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var pings = PingAcknowledgement()
        var sent: [Int64] = []
        var acknowledged: [Int64] = []
        /// The ping on its way, and how many rows had been sent before it.
        var underway: (id: String, rows: Int)?
        for row in 1...200 as ClosedRange<Int64> {
            sent.append(row)
            if let id = pings.sent(row) {
                #expect(underway == nil)
                underway = (id, sent.count)
            }
            if Bool.random(using: &random), let ping = underway {
                let answer = try #require(pings.answered(ping.id) as PingAnswer?)
                acknowledged += answer.rows
                #expect(acknowledged == Array(sent[..<ping.rows]))
                underway = answer.next.map { ($0, sent.count) }
            }
            #expect(acknowledged + pings.unacknowledged == sent)
        }
        while let ping = underway {
            let answer = try #require(pings.answered(ping.id) as PingAnswer?)
            acknowledged += answer.rows
            underway = answer.next.map { ($0, sent.count) }
        }
        #expect(acknowledged == sent)
    }
}
