// SPDX-License-Identifier: Apache-2.0

import Synchronization
import Testing

@testable import Server

@Suite struct RequestGateTests {
    private let one = IPAddress("192.0.2.1")
    private let other = IPAddress("192.0.2.2")

    @Test func `beyond the allowance an address waits, and hears how long`() throws {
        let time = Mutex<Int64>(0)
        let gate = RequestGate(perMinute: 2, trusted: []) { time.withLock { $0 } }
        let (one, other) = (try #require(one), try #require(other))
        #expect(gate.wait(of: one) == nil)
        #expect(gate.wait(of: one) == nil)
        #expect(gate.wait(of: one) == 30)
        #expect(gate.wait(of: other) == nil)
        time.withLock { $0 = 29_500_000_000 }
        #expect(gate.wait(of: one) == 1)
        time.withLock { $0 = 30_000_000_000 }
        #expect(gate.wait(of: one) == nil)
    }

    @Test func `a trusted address doesn't wait`() throws {
        let gate = RequestGate(perMinute: 1, trusted: [try #require(AddressNetwork("192.0.2.0/24"))]) { 0 }
        for _ in 0..<5 { #expect(gate.wait(of: try #require(one)) == nil) }
    }

    @Test func `so many addresses are remembered and no more`() throws {
        let gate = RequestGate(perMinute: 1, trusted: [], capacity: 10) { 0 }
        for number in 0..<100 {
            #expect(gate.wait(of: try #require(IPAddress("10.0.0.\(number)"))) == nil)
            #expect(gate.count <= 10)
        }
    }
}
