// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Testing

@testable import Server

@Suite struct ConnectionGateTests {
    private struct Unwilling: Error {}

    /// A channel that asked to come in, and whether it was set up.
    private func knock(on gate: ConnectionGate, failing: Bool = false) throws -> (channel: EmbeddedChannel, isIn: Bool)
    {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        var isIn = false
        let admitted = gate.admit(channel) {
            if failing { throw Unwilling() }
            isIn = true
        }
        if failing {
            #expect(throws: Unwilling.self) { try admitted.wait() }
        } else {
            try admitted.wait()
        }
        return (channel, isIn)
    }

    private func hangUp(_ channel: EmbeddedChannel) throws {
        try channel.close().wait()
        channel.embeddedEventLoop.run()
    }

    @Test func `beyond the limit a channel is closed before it is set up`() throws {
        let gate = ConnectionGate(limit: 2)
        let (first, second) = (try knock(on: gate), try knock(on: gate))
        #expect(first.isIn && second.isIn)
        let third = try knock(on: gate)
        #expect(!third.isIn)
        #expect(!third.channel.isActive)
        #expect(first.channel.isActive && second.channel.isActive)
    }

    @Test func `a closed connection makes room for one`() throws {
        let gate = ConnectionGate(limit: 1)
        for _ in 0..<5 {
            let admitted = try knock(on: gate)
            #expect(admitted.isIn)
            #expect(try !knock(on: gate).isIn)
            try hangUp(admitted.channel)
        }
    }

    @Test func `the refused make no room when they close`() throws {
        let gate = ConnectionGate(limit: 1)
        _ = try knock(on: gate)
        for _ in 0..<3 { #expect(try !knock(on: gate).isIn) }
    }

    @Test func `one that can't be set up gives its place back when it closes`() throws {
        let gate = ConnectionGate(limit: 1)
        let failed = try knock(on: gate, failing: true)
        #expect(try !knock(on: gate).isIn)
        try hangUp(failed.channel)
        #expect(try knock(on: gate).isIn)
    }

    @Test func `a gate of none lets nobody in`() throws {
        #expect(try !knock(on: ConnectionGate(limit: 0)).isIn)
    }
}
