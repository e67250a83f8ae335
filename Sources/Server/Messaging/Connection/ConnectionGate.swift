// SPDX-License-Identifier: Apache-2.0

import Glibc
import NIOCore
import Synchronization

/// Admits connections up to limits: of all together, and of each address.
///
/// When all places are taken, of all together or of an address' for logging in, whoever has been logging in for longer than ``hurry``
/// gives theirs up for a new one, and before them whoever has what they asked for and asks for nothing: connections that only
/// sit there keep nobody out. Addresses that the operator trusts are limited together with all others, not by themselves.
final class ConnectionGate: Sendable {
    /// Why a connection isn't admitted.
    enum Refusal: Equatable, Sendable {
        /// All places are taken.
        case full
        case address(SourceTable.Refusal)
    }

    private struct State {
        var open = 0
        var sources: SourceTable?
        private var waiting = Waiting<UInt64, Newcomer>()
        private var neighbours: [IPAddress: Waiting<UInt64, Newcomer>] = [:]
        private var resting = Waiting<UInt64, Newcomer>()

        mutating func add(_ newcomer: Newcomer, at now: Int64) {
            let admission = newcomer.admission
            waiting.add(newcomer, admission.number, at: now)
            if let source = admission.source {
                neighbours[source, default: Waiting()].add(newcomer, admission.number, at: now)
            }
        }

        mutating func rest(_ newcomer: Newcomer, at now: Int64) {
            resting.add(newcomer, newcomer.admission.number, at: now)
        }

        /// It has logged in, it is at work, or it is gone.
        mutating func remove(_ admission: Admission) {
            waiting.remove(admission.number)
            resting.remove(admission.number)
            guard let source = admission.source else { return }
            neighbours[source]?.remove(admission.number)
            if neighbours[source]?.isEmpty ?? false { neighbours[source] = nil }
        }

        /// Who has been logging in for too long, from that address if one is given; of all, rather somebody who rests.
        mutating func takeOldest(from source: IPAddress? = nil, at now: Int64) -> (any Channel)? {
            let oldest =
                if let source {
                    neighbours[source]?.takeOldest(waitingFor: hurry, at: now)
                } else {
                    resting.takeOldest(waitingFor: 0, at: now) ?? waiting.takeOldest(waitingFor: hurry, at: now)
                }
            if let oldest { remove(oldest.admission) }
            return oldest?.channel
        }
    }

    /// Somebody who is logging in, or rests.
    private struct Newcomer {
        let channel: any Channel
        let admission: Admission
    }

    /// How long a connection may be logging in when others need its place.
    static let hurry: Int64 = 5_000_000_000
    /// So many addresses are told apart at least.
    static let leastSources = 65_536

    private let limit: Int
    private let trusted: [AddressNetwork]
    private let state: Mutex<State>
    private let admitted = Atomic<UInt64>(0)
    private let refused: @Sendable (Refusal) -> Void
    private let now: @Sendable () -> Int64

    /// Without `sources`, addresses aren't told apart. `refused` is told of each connection that isn't admitted, and `now` gives
    /// nanoseconds of a clock that doesn't jump.
    init(
        limit: Int, sources: SourceLimits? = nil, trusted: [AddressNetwork] = [],
        refused: @escaping @Sendable (Refusal) -> Void = { _ in },
        now: @escaping @Sendable () -> Int64 = { Uptime.nanoseconds }
    ) {
        self.limit = limit
        self.trusted = trusted
        self.refused = refused
        self.now = now
        var state = State()
        state.sources = sources.map { SourceTable($0, capacity: max(Self.leastSources, 2 * limit)) }
        self.state = Mutex(state)
    }

    /// Runs `setUp` on the channel's loop if there is room; otherwise says `farewell`, which may be nothing, and closes.
    ///
    /// `needsLogin` is for listeners where somebody has to say who they are, or what they want: until ``Admission/loggedIn()`` or
    /// ``Admission/works()`` the connection counts as one that might be told to go.
    func admit(
        _ channel: any Channel, needsLogin: Bool = false, farewell: (Refusal) -> [UInt8] = { _ in [] },
        _ setUp: (Admission) throws -> Void
    ) -> EventLoopFuture<Void> {
        let address = channel.remoteAddress.flatMap(IPAddress.init)
        let isTrusted = address.map { address in trusted.contains { $0.contains(address) } } ?? true
        let source = isTrusted ? nil : address?.source
        let number = admitted.wrappingAdd(1, ordering: .relaxed).newValue
        let admission = Admission(gate: self, number: number, source: source, isLoggedIn: !needsLogin)
        if let refusal = take(channel, admission) {
            refused(refusal)
            return Farewell.say(farewell(refusal), to: channel)
        }
        channel.closeFuture.whenComplete { _ in self.left(admission) }
        do {
            try setUp(admission)
            return channel.eventLoop.makeSucceededVoidFuture()
        } catch {
            return channel.eventLoop.makeFailedFuture(error)
        }
    }

    private func take(_ channel: any Channel, _ admission: Admission) -> Refusal? {
        let now = now()
        var outgoing: [any Channel] = []
        let refusal = state.withLock { state -> Refusal? in
            if let source = admission.source, let refusal = state.sources?.connected(source, at: now) {
                guard refusal == .tooManyLoggingIn, let slow = state.takeOldest(from: source, at: now) else {
                    return .address(refusal)
                }
                outgoing.append(slow)
                if let refusal = state.sources?.connected(source, isReplacing: true, at: now) {
                    return .address(refusal)
                }
            }
            if state.open >= limit {
                guard limit > 0, let slow = state.takeOldest(at: now) else {
                    if let source = admission.source { state.sources?.left(source, wasLoggingIn: true, at: now) }
                    return .full
                }
                outgoing.append(slow)
            }
            state.open += 1
            if admission.isLoggedIn {
                if let source = admission.source { state.sources?.loggedIn(source) }
            } else {
                state.add(Newcomer(channel: channel, admission: admission), at: now)
            }
            return nil
        }
        for channel in outgoing { channel.pipeline.fireUserInboundEventTriggered(PlaceNeeded()) }
        return refusal
    }

    fileprivate func loggedIn(_ admission: Admission) {
        state.withLock { state in
            state.remove(admission)
            if let source = admission.source { state.sources?.loggedIn(source) }
        }
    }

    fileprivate func works(_ admission: Admission) {
        state.withLock { $0.remove(admission) }
    }

    fileprivate func rests(_ admission: Admission, _ channel: any Channel) {
        let now = now()
        state.withLock { $0.rest(Newcomer(channel: channel, admission: admission), at: now) }
    }

    private func left(_ admission: Admission) {
        let now = now()
        state.withLock { state in
            state.open -= 1
            state.remove(admission)
            if let source = admission.source {
                state.sources?.left(source, wasLoggingIn: !admission.isLoggedIn, at: now)
            }
        }
    }
}

/// Tells a connection that is logging in or rests, as a user event, to give its place up.
struct PlaceNeeded {}

/// A connection's place, from when it is let in to when it is closed.
final class Admission: Sendable {
    /// What limits count for it; nil for an address that is trusted.
    let source: IPAddress?
    /// Rises from one connection to the next.
    fileprivate let number: UInt64
    private let gate: ConnectionGate
    private let hasLoggedIn: Atomic<Bool>

    fileprivate init(gate: ConnectionGate, number: UInt64, source: IPAddress?, isLoggedIn: Bool) {
        self.gate = gate
        self.number = number
        self.source = source
        hasLoggedIn = Atomic(isLoggedIn)
    }

    fileprivate var isLoggedIn: Bool { hasLoggedIn.load(ordering: .relaxed) }

    /// The client has said who it is; on its loop.
    func loggedIn() {
        if !hasLoggedIn.exchange(true, ordering: .relaxed) { gate.loggedIn(self) }
    }

    /// The client is waiting for an answer; on its loop.
    func works() { gate.works(self) }

    /// The client has its answer, and its place is the first that others get; on its loop, while it is open.
    func rests(_ channel: any Channel) { gate.rests(self, channel) }
}

extension IPAddress {
    /// Nil for what isn't of the internet.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let address):
            // `sin_addr`, in network order, by its place: which module its name comes from depends on who else is compiled.
            self.init(bytes: unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[4..<8]) })
        case .v6(let address):
            self.init(bytes: unsafe withUnsafeBytes(of: address.address) { unsafe Array($0[8..<24]) })
        case .unixDomainSocket: return nil
        }
    }
}
