// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Server

@Suite struct SourceTableTests {
    private static let second: Int64 = 1_000_000_000

    private func address(_ number: Int) -> IPAddress {
        guard let address = IPAddress("10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)") else {
            preconditionFailure("not an address")
        }
        return address
    }

    private func table(
        connections: Int = 100, loggingIn: Int = 100, perMinute: Int = 1_000, capacity: Int = 1_000
    ) -> SourceTable {
        SourceTable(
            SourceLimits(connections: connections, loggingIn: loggingIn, newPerMinute: perMinute), capacity: capacity)
    }

    @Test func `an address has so many connections, and each has its own`() {
        var table = table(connections: 2)
        #expect(table.connected(address(1), at: 0) == nil)
        #expect(table.connected(address(1), at: 0) == nil)
        #expect(table.connected(address(1), at: 0) == .tooMany)
        #expect(table.connected(address(2), at: 0) == nil)
        table.left(address(1), wasLoggingIn: true, at: 0)
        #expect(table.connected(address(1), at: 0) == nil)
    }

    @Test func `who has logged in makes room for one who logs in`() {
        var table = table(loggingIn: 1)
        #expect(table.connected(address(1), at: 0) == nil)
        #expect(table.connected(address(1), at: 0) == .tooManyLoggingIn)
        table.loggedIn(address(1))
        #expect(table.connected(address(1), at: 0) == nil)
        #expect(table.connected(address(1), at: 0) == .tooManyLoggingIn)
        table.left(address(1), wasLoggingIn: false, at: 0)
        #expect(table.connected(address(1), at: 0) == .tooManyLoggingIn)
        table.left(address(1), wasLoggingIn: true, at: 0)
        #expect(table.connected(address(1), at: 0) == nil)
    }

    @Test func `so many come in a minute, all at once if they like`() {
        var table = table(perMinute: 6)
        for _ in 0..<6 {
            #expect(table.connected(address(1), at: 0) == nil)
            table.left(address(1), wasLoggingIn: true, at: 0)
        }
        #expect(table.connected(address(1), at: 0) == .tooFast)
        #expect(table.connected(address(1), at: 9 * Self.second) == .tooFast)
        #expect(table.connected(address(1), at: 10 * Self.second) == nil)
        #expect(table.connected(address(1), at: 10 * Self.second) == .tooFast)
    }

    @Test func `those that are refused take no place`() {
        var table = table(connections: 1)
        _ = table.connected(address(1), at: 0)
        for _ in 0..<10 { #expect(table.connected(address(1), at: 0) == .tooMany) }
        table.left(address(1), wasLoggingIn: true, at: 0)
        #expect(table.connected(address(1), at: 0) == nil)
    }

    @Test func `an address is forgotten when nothing of it is left`() {
        var table = table(perMinute: 60)
        _ = table.connected(address(1), at: 0)
        table.left(address(1), wasLoggingIn: true, at: 2 * Self.second)
        #expect(table.count == 0)
    }

    @Test func `the table stays small, and forgets nobody who is connected`() {
        var table = table(connections: 1, perMinute: 1, capacity: 100)
        for number in 0..<50 { #expect(table.connected(address(number), at: 0) == nil) }
        for number in 50..<5_000 {
            #expect(table.connected(address(number), at: 1) == nil)
            table.left(address(number), wasLoggingIn: true, at: 1)
            #expect(table.count <= 100)
        }
        for number in 0..<50 { #expect(table.connected(address(number), at: 2) == .tooMany) }
    }

    @Test func `an allowance is earned again, and says when`() {
        var allowance = Allowance()
        #expect(allowance.take(at: 0, perMinute: 2) == nil)
        #expect(allowance.take(at: 0, perMinute: 2) == nil)
        #expect(allowance.take(at: 0, perMinute: 2) == 30 * Self.second)
        #expect(allowance.take(at: 29 * Self.second, perMinute: 2) == Self.second)
        #expect(!allowance.isWhole(at: 59 * Self.second))
        #expect(allowance.isWhole(at: 60 * Self.second))
        #expect(allowance.take(at: 30 * Self.second, perMinute: 2) == nil)
    }
}
