// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import Server

@Suite struct ConnectionGateTests {
    private struct Unwilling: Error {}

    /// A channel that asked to come in, and whether it was set up.
    private func knock(
        on gate: ConnectionGate, from address: String = "127.0.0.1", needsLogin: Bool = false, failing: Bool = false
    ) throws -> (channel: EmbeddedChannel, isIn: Bool, admission: Admission?) {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(ipAddress: address, port: 1)).wait()
        var isIn = false
        var place: Admission?
        let admitted = gate.admit(channel, needsLogin: needsLogin) { admission in
            if failing { throw Unwilling() }
            isIn = true
            place = admission
        }
        if failing {
            #expect(throws: Unwilling.self) { try admitted.wait() }
        } else {
            try admitted.wait()
        }
        return (channel, isIn, place)
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

    // MARK: Addresses

    private static let one = SourceLimits(connections: 1, loggingIn: 1, newPerMinute: 1_000)

    @Test func `an address has its own limit, a trusted one has none`() throws {
        let trusted = try #require(AddressNetwork("127.0.0.0/8"))
        let refusals = Mutex<[ConnectionGate.Refusal]>([])
        let gate = ConnectionGate(limit: 100, sources: Self.one, trusted: [trusted]) { refusal in
            refusals.withLock { $0.append(refusal) }
        }
        for _ in 0..<5 { #expect(try knock(on: gate).isIn) }
        let first = try knock(on: gate, from: "192.0.2.1")
        #expect(first.isIn)
        #expect(try !knock(on: gate, from: "192.0.2.1").isIn)
        #expect(try knock(on: gate, from: "192.0.2.2").isIn)
        #expect(refusals.withLock { $0 } == [.address(.tooMany)])
        try hangUp(first.channel)
        #expect(try knock(on: gate, from: "192.0.2.1").isIn)
    }

    @Test func `who has logged in doesn't count among those who log in`() throws {
        let gate = ConnectionGate(limit: 100, sources: SourceLimits(connections: 9, loggingIn: 1, newPerMinute: 1_000))
        let first = try knock(on: gate, from: "192.0.2.1", needsLogin: true)
        #expect(try !knock(on: gate, from: "192.0.2.1", needsLogin: true).isIn)
        first.admission?.loggedIn()
        first.admission?.loggedIn()
        #expect(try knock(on: gate, from: "192.0.2.1", needsLogin: true).isIn)
        #expect(try !knock(on: gate, from: "192.0.2.1", needsLogin: true).isIn)
    }

    @Test func `when all places are taken, who has been logging in for too long makes room`() throws {
        let time = Mutex<Int64>(0)
        let gate = ConnectionGate(limit: 2, now: { time.withLock { $0 } })
        let (idle, loggedIn) = (try knock(on: gate, needsLogin: true), try knock(on: gate, needsLogin: true))
        let asked = AskedToLeave()
        try idle.channel.pipeline.syncOperations.addHandler(asked)
        loggedIn.admission?.loggedIn()
        time.withLock { $0 = ConnectionGate.hurry - 1 }
        #expect(try !knock(on: gate, needsLogin: true).isIn)
        #expect(!asked.wasAsked)
        time.withLock { $0 = ConnectionGate.hurry }
        #expect(try knock(on: gate, needsLogin: true).isIn)
        #expect(asked.wasAsked)
        // Those who have logged in, and those who came just now, stay.
        #expect(try !knock(on: gate, needsLogin: true).isIn)
    }

    @Test func `when all places are taken, who rests makes room at once, the longest first`() throws {
        let time = Mutex<Int64>(0)
        let gate = ConnectionGate(limit: 3, now: { time.withLock { $0 } })
        let guests = try (0..<3).map { _ in try knock(on: gate, needsLogin: true) }
        let asked = try guests.map { guest in
            let asked = AskedToLeave()
            try guest.channel.pipeline.syncOperations.addHandler(asked)
            return asked
        }
        for (second, guest) in [0, 1, 2, 0].enumerated() {
            time.withLock { $0 = Int64(second) }
            guests[guest].admission?.works()
            guests[guest].admission?.rests(guests[guest].channel)
        }
        guests[2].admission?.works()
        #expect(try knock(on: gate, needsLogin: true).isIn)
        #expect(asked.map(\.wasAsked) == [false, true, false])
        #expect(try knock(on: gate, needsLogin: true).isIn)
        #expect(asked.map(\.wasAsked) == [true, true, false])
        #expect(try !knock(on: gate, needsLogin: true).isIn)
    }

    @Test func `when an address' places for logging in are taken, the one of its own that takes too long makes room`()
        throws
    {
        let time = Mutex<Int64>(0)
        let limits = SourceLimits(connections: 9, loggingIn: 2, newPerMinute: 1_000)
        let gate = ConnectionGate(limit: 100, sources: limits, now: { time.withLock { $0 } })
        let (mine, other) = ("192.0.2.1", "192.0.2.2")
        let elsewhere = try knock(on: gate, from: other, needsLogin: true)
        let idle = [
            try knock(on: gate, from: mine, needsLogin: true), try knock(on: gate, from: mine, needsLogin: true)
        ]
        let asked = try ([elsewhere] + idle).map { one in
            let asked = AskedToLeave()
            try one.channel.pipeline.syncOperations.addHandler(asked)
            return asked
        }
        time.withLock { $0 = ConnectionGate.hurry - 1 }
        #expect(try !knock(on: gate, from: mine, needsLogin: true).isIn)
        time.withLock { $0 = ConnectionGate.hurry }
        #expect(try knock(on: gate, from: mine, needsLogin: true).isIn)
        #expect(asked.map(\.wasAsked) == [false, true, false])
        #expect(try knock(on: gate, from: mine, needsLogin: true).isIn)
        #expect(asked.map(\.wasAsked) == [false, true, true])
        // Nobody who is there has taken too long.
        #expect(try !knock(on: gate, from: mine, needsLogin: true).isIn)
        for one in idle { try hangUp(one.channel) }
        #expect(try !knock(on: gate, from: mine, needsLogin: true).isIn)
    }

    private final class AskedToLeave: ChannelInboundHandler {
        typealias InboundIn = Any
        var wasAsked = false

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if event is PlaceNeeded { wasAsked = true }
        }
    }

    @Test func `who is refused hears why before the connection closes`() throws {
        let gate = ConnectionGate(limit: 0)
        let channel = EmbeddedChannel()
        try gate.admit(channel, farewell: { _ in Array("no".utf8) }, { _ in }).wait()
        try channel.connect(to: SocketAddress(ipAddress: "192.0.2.1", port: 1)).wait()
        #expect(try channel.readOutbound(as: ByteBuffer.self) == ByteBuffer(string: "no"))
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }
}
