// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite struct GuessTableTests {
    private static let hour: Int64 = 3_600_000

    private let home = IPAddress("192.0.2.1")
    private let elsewhere = IPAddress("198.51.100.1")

    private func table(free: Int = 3, capacity: Int = 1_000) -> GuessTable {
        GuessTable(.init(free: free, capacity: capacity))
    }

    @Test func `each wrong password beyond the free ones doubles the wait`() {
        var table = table()
        var waits: [Int64] = []
        for round in 0..<14 {
            // Another account each time: this is about the address.
            table.failed("juliet\(round)", from: elsewhere, at: 0)
            waits.append(table.wait(of: "romeo", from: elsewhere, at: 0))
        }
        #expect(
            waits == [
                0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 900_000, 900_000
            ])
        #expect(table.wait(of: "romeo", from: elsewhere, at: 899_999) == 1)
        #expect(table.wait(of: "romeo", from: elsewhere, at: 900_000) == 0)
        #expect(table.wait(of: "romeo", from: home, at: 0) == 0)
    }

    @Test func `an account waits for guesses from everywhere, but not long`() throws {
        var table = table()
        for number in 0..<20 {
            let address: IPAddress = try #require(IPAddress("203.0.113.\(number)"))
            table.failed("juliet", from: address, at: 0)
        }
        #expect(table.wait(of: "juliet", from: home, at: 0) == 30_000)
        #expect(table.wait(of: "romeo", from: home, at: 0) == 0)
    }

    @Test func `nobody's account waits like anybody's`() {
        var (known, unknown) = (table(), table())
        for _ in 0..<9 {
            known.failed("juliet", from: home, at: 0)
            unknown.failed("nobody", from: home, at: 0)
            #expect(
                known.wait(of: "juliet", from: elsewhere, at: 0) == unknown.wait(of: "nobody", from: elsewhere, at: 0))
        }
    }

    @Test func `where somebody has logged in, others' wrong passwords keep nobody waiting`() {
        var table = table()
        table.succeeded("juliet", from: home, at: 0)
        for number in 0..<20 {
            table.failed("juliet", from: elsewhere, at: 0)
            table.failed("romeo\(number)", from: home, at: 0)
        }
        #expect(table.wait(of: "juliet", from: home, at: 0) == 0)
        #expect(table.wait(of: "juliet", from: elsewhere, at: 0) > 0)
        #expect(table.wait(of: "nurse", from: home, at: 0) > 0)
    }

    @Test func `a phone with an old password keeps no neighbour waiting, however often it tries`() {
        var table = table()
        for second in 0..<5_000 { table.failed("romeo", from: home, at: Int64(second) * 20_000) }
        let now: Int64 = 5_000 * 20_000
        #expect(table.wait(of: "nurse", from: home, at: now) == 0)
        #expect(table.wait(of: "romeo", from: home, at: now) > 600_000)
        #expect(table.wait(of: "romeo", from: elsewhere, at: now) <= 30_000)
    }

    @Test func `who tries many accounts is told apart from that, and then each try counts`() {
        var table = table()
        for number in 0..<3 { table.failed("made-up-\(number)", from: elsewhere, at: 0) }
        #expect(table.wait(of: "nurse", from: elsewhere, at: 0) == 1_000)
        for _ in 0..<3 { table.failed("made-up-0", from: elsewhere, at: 1_000) }
        #expect(table.wait(of: "nurse", from: elsewhere, at: 1_000) == 8_000)
    }

    @Test func `their own wrong passwords do, and cost the neighbours nothing`() {
        var table = table()
        table.succeeded("juliet", from: home, at: 0)
        for _ in 0..<20 { table.failed("juliet", from: home, at: 0) }
        #expect(table.wait(of: "juliet", from: home, at: 0) == 30_000)
        #expect(table.wait(of: "nurse", from: home, at: 0) == 0)
        #expect(table.wait(of: "juliet", from: elsewhere, at: 0) == 0)
        table.succeeded("juliet", from: home, at: 30_000)
        #expect(table.wait(of: "juliet", from: home, at: 30_000) == 0)
    }

    @Test func `logging in to one's own account buys no further guesses`() {
        var table = table()
        for number in 0..<8 { table.failed("juliet\(number)", from: elsewhere, at: 0) }
        let before = table.wait(of: "nurse", from: elsewhere, at: 0)
        table.succeeded("mallory", from: elsewhere, at: 0)
        #expect(table.wait(of: "nurse", from: elsewhere, at: 0) == before)
    }

    @Test func `a trusted address is many people's: only the account counts`() {
        var table = table()
        for _ in 0..<20 { table.failed("juliet", from: nil, at: 0) }
        #expect(table.wait(of: "juliet", from: nil, at: 0) == 30_000)
        #expect(table.wait(of: "romeo", from: nil, at: 0) == 0)
        table.succeeded("juliet", from: nil, at: 0)
        #expect(table.wait(of: "juliet", from: nil, at: 0) == 30_000)
    }

    @Test func `after an hour without one, wrong passwords are forgotten`() {
        var table = table()
        for _ in 0..<20 { table.failed("juliet", from: elsewhere, at: 0) }
        table.failed("juliet", from: elsewhere, at: Self.hour)
        #expect(table.wait(of: "juliet", from: elsewhere, at: Self.hour) == 0)
    }

    @Test func `names and addresses that somebody makes up fill no memory`() throws {
        var table = table(capacity: 64)
        for number in 0..<2_000 {
            let address: IPAddress = try #require(IPAddress("10.0.\(number >> 8).\(number & 255)"))
            table.failed("made-up-\(number)", from: address, at: Int64(number))
            table.succeeded("real-\(number)", from: address, at: Int64(number))
            table.failed("real-\(number)", from: address, at: Int64(number))
            #expect(table.count <= 4 * 64)
        }
    }

    @Test func `the line of password checks is bounded`() {
        let guardian = LoginGuard(.init(free: 3), mostChecks: 2) { 0 }
        #expect(guardian.beginCheck())
        #expect(guardian.beginCheck())
        #expect(!guardian.beginCheck())
        guardian.endCheck()
        #expect(guardian.beginCheck())
        #expect(!guardian.beginCheck())
    }

    @Test func `seconds to wait are rounded up`() {
        let guardian = LoginGuard(.init(free: 1)) { 0 }
        guard case .go(let attempt) = guardian.begin("juliet", from: home) else {
            Issue.record("the first one waits")
            return
        }
        guardian.failed(attempt)
        guard case .wait(let seconds) = guardian.begin("juliet", from: home) else {
            Issue.record("the second one doesn't wait")
            return
        }
        #expect(seconds == 1)
    }

    @Test(arguments: [true, false])
    func `of attempts begun side by side one is looked at once the free ones are used up`(isKnown: Bool) {
        var table = table()
        if isKnown { table.succeeded("juliet", from: home, at: 0) }
        for _ in 0..<5 { table.failed("juliet", from: home, at: 0) }
        let then = table.wait(of: "juliet", from: home, at: 0)
        let looked = (0..<32).count { _ in
            if case .go = table.begin("juliet", from: home, at: then) { true } else { false }
        }
        #expect(looked == 1)
        // It counts whether or not its client stays to hear the answer.
        #expect(table.wait(of: "juliet", from: home, at: then) == 2 * then)
    }

    @Test func `the free ones may be begun side by side, as many people log in behind one address`() {
        var table = table()
        let looked = (0..<32).count { if case .go = table.begin("p\($0)", from: home, at: 0) { true } else { false } }
        #expect(looked == 32)
    }

    @Test func `one that turns out right counts nowhere`() {
        var table = table()
        for number in 0..<5 { table.failed("romeo\(number)", from: home, at: 0) }
        for _ in 0..<5 { table.failed("juliet", from: elsewhere, at: 0) }
        guard case .go(let attempt) = table.begin("juliet", from: home, at: 5_000) else {
            Issue.record("it waits for longer than it should")
            return
        }
        #expect(table.wait(of: "nurse", from: home, at: 5_000) > 0)
        table.succeeded(attempt, at: 5_000)
        #expect(table.wait(of: "nurse", from: home, at: 5_000) == 0)
        #expect(table.wait(of: "juliet", from: IPAddress("203.0.113.7"), at: 5_000) == 0)
        // And from now on its own are counted apart.
        #expect(table.wait(of: "juliet", from: home, at: 5_000) == 0)
    }

    @Test func `one that turns out right doesn't shorten the wait for another that was wrong meanwhile`() {
        var table = table()
        for number in 0..<5 { table.failed("juliet\(number)", from: elsewhere, at: 0) }
        guard case .go(let own) = table.begin("mallory", from: elsewhere, at: 10_000) else {
            Issue.record("it waits for longer than it should")
            return
        }
        let then = 10_000 + table.wait(of: "juliet", from: elsewhere, at: 10_000)
        table.failed("juliet", from: elsewhere, at: then)
        table.succeeded(own, at: then)
        #expect(table.wait(of: "nurse", from: elsewhere, at: then) == 8_000)
    }

    @Test func `one that turns out wrong counts once`() {
        var (ahead, after) = (table(), table())
        for _ in 0..<5 {
            ahead.failed("juliet", from: home, at: 0)
            after.failed("juliet", from: home, at: 0)
        }
        if case .go(let attempt) = ahead.begin("juliet", from: home, at: 9_000) { ahead.failed(attempt, at: 9_000) }
        after.failed("juliet", from: home, at: 9_000)
        #expect(
            ahead.wait(of: "juliet", from: home, at: 9_000) == after.wait(of: "juliet", from: home, at: 9_000))
    }
}

extension GuessTable {
    fileprivate mutating func failed(_ account: String, from source: IPAddress?, at now: Int64) {
        failed(attempt(for: account, from: source), at: now)
    }

    fileprivate mutating func succeeded(_ account: String, from source: IPAddress?, at now: Int64) {
        succeeded(attempt(for: account, from: source), at: now)
    }
}
