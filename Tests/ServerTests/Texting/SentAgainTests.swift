import Consent
import Logging
import NIOPosix
import Numbers
import SMPP
import Store
import Synchronization
import Testing

@testable import Server

/// What carriers refuse for the moment is sent again; here is what isn't, and how much the route takes on meanwhile.
@Suite("What is sent again, and what isn't")
struct SentAgainTests {
    private static let threeParts = String(repeating: "several parts ", count: 30)

    /// STOP from a number to the one that texted it.
    private static func stop(_ message: SubmitSM) -> [UInt8] { answer("STOP", message, 7_000) }

    private static func answer(_ text: String, _ message: SubmitSM, _ sequence: UInt32) -> [UInt8] {
        guard let cut = try? Segmenter().segments(of: text, reference: 1).segments.first else { return [] }
        let text = DeliverSM(cut, from: message.destination, to: message.source, registeredDelivery: .none)
        return (try? PDU(.deliverSM(text), sequence: sequence).encoded()) ?? []
    }

    private static func refusal(_ sequence: UInt32) -> [UInt8] {
        (try? PDU(.submitSMResponse(MessageResponse()), sequence: sequence, status: .systemError).encoded()) ?? []
    }

    /// Parts of texts, without what the server says itself.
    private static func parts(_ peer: ScriptedPeer) -> Int {
        peer.received.all.count { pdu in
            guard case .submitSM(let message) = pdu.body else { return false }
            return MessagePart(message, profile: .init()).concatenation != nil
        }
    }

    @Test("STOP reaches the parts of a begun text that wait to be tried again")
    func stoppedWhileDelayed() async throws {
        let seen = Growing<Int>()
        try await withPeer(route: { $0.throttle = Backoff(first: 1_000, longest: 1_000) }) { pdu in
            guard case .submitSM(let message) = pdu.body else { return ScriptedPeer.ordinary(pdu) }
            seen.append(1)
            switch seen.all.count {
            case 2: return ScriptedPeer.refusal(pdu, .systemError)
            case 3: return ScriptedPeer.refusal(pdu, .systemError) + Self.stop(message)
            default: return ScriptedPeer.ordinary(pdu, messageID: "\(seen.all.count)")
            }
        } _: { world, peer, alice in
            try await world.startBound()
            try await world.queue(Self.threeParts, by: alice)
            #expect(try await world.untilChanged(to: .failed).reason == .stopped)
            try await Task.sleep(for: .milliseconds(1_500))
            #expect(Self.parts(peer) == 3)
        }
    }

    @Test("a part that is refused after STOP isn't tried again")
    func stoppedOnTheWire() async throws {
        let first = Mutex<UInt32?>(nil)
        try await withPeer(route: {
            $0.window = 1
            $0.throttle = Backoff(first: 100, longest: 100)
        }) { pdu in
            switch pdu.body {
            case .submitSM(let message):
                guard first.withLock(\.self) == nil else { return ScriptedPeer.ordinary(pdu) }
                first.withLock { $0 = pdu.sequence }
                return Self.stop(message) + Self.answer("and now?", message, 7_001)
            // STOP is honoured before it is answered.
            case .deliverSMResponse:
                return pdu.sequence == 7_000 ? Self.refusal(first.withLock(\.self) ?? 0) : []
            default: return ScriptedPeer.ordinary(pdu)
            }
        } _: { world, peer, alice in
            // The connection goes on while the route is busy with what came next.
            world.events.atText.withLock {
                $0 = { if $0.keyword == nil { try? await Task.sleep(for: .milliseconds(500)) } }
            }
            try await world.startBound()
            try await world.queue(Self.threeParts, by: alice)
            #expect(try await world.untilChanged(to: .failed).reason == .stopped)
            try await Task.sleep(for: .milliseconds(700))
            #expect(Self.parts(peer) == 1)
            #expect(world.events.changes.all.count == 1)
        }
    }

    @Test("a text that was told to be unknown isn't sent again when the carrier refuses it late")
    func refusedLate() async throws {
        let sent = Mutex<(sequence: UInt32, at: ContinuousClock.Instant)?>(nil)
        try await withPeer(route: {
            $0.enquireInterval = 100
            $0.responseTimeout = 200
            $0.throttle = Backoff(first: 50, longest: 50)
        }) { pdu in
            if case .submitSM = pdu.body {
                sent.withLock { $0 = (pdu.sequence, .now) }
                return []
            }
            let late = sent.withLock { sent -> UInt32? in
                guard case .enquireLink = pdu.body, let (sequence, at) = sent, .now - at > .milliseconds(600) else {
                    return nil
                }
                sent = (sequence, .now + .seconds(60))
                return sequence
            }
            return ScriptedPeer.ordinary(pdu) + (late.map(Self.refusal) ?? [])
        } _: { world, peer, alice in
            try await world.startBound()
            try await world.queue("hello?", by: alice)
            #expect(try await world.untilChanged(to: .unknown).reason == .unanswered)
            _ = try await world.untilChanged(to: .failed)
            try await Task.sleep(for: .milliseconds(500))
            #expect(peer.submits == 1)
        }
    }

    @Test("while a carrier in trouble has its rest, nothing more is taken")
    func resting() async throws {
        let world = try await TextingWorld(
            settings: { $0.segmentsPerDay = 1_000 },
            route: { $0.throttle = Backoff(first: 60_000, longest: 60_000) })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.refuses(.systemError, times: 1_000), TextingWorld.bob.digits))
            for number in 1...10 { try await world.queue("text \(number)", by: alice, message: Int64(number)) }
            try await world.startBound()
            try await eventually("refused") { world.submits.count == 10 }
            try await Task.sleep(for: .milliseconds(300))
            var ids: [ArchiveID] = []
            for number in 11...60 {
                ids.append(try await world.queue("text \(number)", by: alice, message: Int64(number)))
            }
            for _ in 1...10 {
                world.texting.inboxes["pocket"]?.wake()
                try await Task.sleep(for: .milliseconds(50))
            }
            var taken = 0
            for id in ids where try await world.state(of: id) == .sending { taken += 1 }
            #expect(taken == 0)
        }
    }

    @Test("a route whose carrier is away doesn't keep looking for it")
    func idleWithoutCarrier() async throws {
        let clock = MovedClock()
        let world = try await TextingWorld(
            wall: clock.wall, route: { $0.reconnect = Backoff(first: 60_000, longest: 60_000) })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            let inbox = world.texting.inboxes["pocket"]
            try await world.queue("at once", by: alice, message: 1)
            try await world.queue("soon", by: alice, message: 2, in: 600)
            _ = try await world.untilChanged(to: .delivered, of: 1)
            world.smsc.send(.cut)
            try await eventually("cut") { inbox?.isBound == false }
            try await Task.sleep(for: .milliseconds(900))
            let before = clock.asked.withLock(\.self)
            try await Task.sleep(for: .milliseconds(500))
            #expect(clock.asked.withLock(\.self) - before < 100)
        }
    }

    @Test("keys that can't be read for a moment delay an SMS and don't end it")
    func keysUnreadable() async throws {
        let peer = try await ScriptedPeer { ScriptedPeer.ordinary($0) }
        let line = RouteLine()
        let (asked, reported) = (Growing<Int>(), Growing<LinkEvent>())
        let owner = try #require(PersonID(rawValue: 1))
        line.with {
            let message = SubmitSM(source: .none, destination: .international("447911123456"))
            $0.add([message, message], of: ArchiveID(rawValue: 1), owner: owner)
        }
        let connector = SMSConnector(
            route: Route(
                name: "r", smsc: peer.endpoint, systemID: "me", password: "", senders: ["447700900001"],
                prefixes: ["44"]),
            line: line, group: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            permission: { _, _ in
                asked.append(1)
                return asked.all.count <= 2 ? .notNow : .yes
            }, report: { reported.append($0) })
        let task = Task { await connector.run() }
        try await eventually("sent") { peer.submits == 2 }
        task.cancel()
        await task.value
        #expect(!reported.all.contains { if case .dropped = $0 { true } else { false } })
        await peer.stop()
    }
}
