// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite struct PingAcknowledgementTests {
    @Test func `one ping asks about all that was sent before it, the next about what came after`() throws {
        var pings = PingAcknowledgement()
        #expect(pings.ask() == nil, "nothing was sent")
        #expect(pings.sent(1) == nil)
        #expect(pings.sent(2) == nil)
        #expect(pings.isAskingDue)
        let firstAsked = pings.ask()
        let first = try #require(firstAsked)
        #expect(!pings.isAskingDue)
        #expect(pings.sent(3) == nil)
        #expect(pings.ask() == nil, "one at a time")
        #expect(pings.unacknowledged == [1, 2, 3])

        #expect(pings.answered(first) == [1, 2])
        #expect(pings.isAskingDue)
        let secondAsked = pings.ask()
        let second = try #require(secondAsked)
        #expect(second != first)
        #expect(pings.unacknowledged == [3])
        #expect(pings.answered(second) == [3])
        #expect(!pings.isAskingDue)
        #expect(pings.unacknowledged == [])
    }

    @Test func `many rows are asked about at once`() throws {
        var pings = PingAcknowledgement()
        for row in 1..<Int64(PingAcknowledgement.burst) { #expect(pings.sent(row) == nil) }
        let pingAsked = pings.sent(Int64(PingAcknowledgement.burst))
        let ping = try #require(pingAsked)
        for row in 1...Int64(PingAcknowledgement.burst) {
            #expect(pings.sent(Int64(PingAcknowledgement.burst) + row) == nil, "one at a time")
        }
        #expect(pings.answered(ping)?.count == PingAcknowledgement.burst)
        #expect(pings.sent(1_000) != nil)
    }

    @Test func `a client that never answers is remembered no more than so many rows`() throws {
        var pings = PingAcknowledgement()
        for row in 1...Int64(PingAcknowledgement.limit * 3) { _ = pings.sent(row) }
        #expect(pings.unacknowledged.count <= PingAcknowledgement.limit + PingAcknowledgement.burst)
        #expect(pings.unacknowledged.first == 1, "the oldest tells where another session takes over")
    }

    @Test func `other answers acknowledge nothing`() throws {
        var pings = PingAcknowledgement()
        #expect(pings.answered("hoopoe-ping-1") == nil)
        _ = pings.sent(1)
        let idAsked = pings.ask()
        let id = try #require(idAsked)
        for other in [nil, "", "hoopoe-ping-", "hoopoe-ping-0", "hoopoe-ping-2", id.uppercased(), id + " "] {
            #expect(pings.answered(other) == nil)
        }
        #expect(pings.unacknowledged == [1])
        _ = pings.answered(id)
        #expect(pings.answered(id) == nil, "an answer counts once")
    }

    /// Whatever the order of rows, questions and answers: each row is acknowledged once, in order, after a ping sent after
    /// it.
    @Test(arguments: 0..<20) func `every row is acknowledged once`(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var pings = PingAcknowledgement()
        var sent: [Int64] = []
        var acknowledged: [Int64] = []
        /// The ping on its way, and how many rows had been sent before it.
        var underway: (id: String, rows: Int)?
        for row in 1...200 as ClosedRange<Int64> {
            sent.append(row)
            #expect(pings.sent(row) == nil)
            if Bool.random(using: &random), let id = pings.ask() {
                #expect(underway == nil)
                underway = (id, sent.count)
            }
            if Bool.random(using: &random), let ping = underway {
                let rows = pings.answered(ping.id)
                acknowledged += try #require(rows)
                #expect(acknowledged == Array(sent[..<ping.rows]))
                underway = nil
            }
            #expect(acknowledged + pings.unacknowledged == sent)
        }
        if let ping = underway {
            let rows = pings.answered(ping.id)
            acknowledged += try #require(rows)
        }
        if let id = pings.ask() {
            let rows = pings.answered(id)
            acknowledged += try #require(rows)
        }
        #expect(acknowledged == sent)
    }
}
