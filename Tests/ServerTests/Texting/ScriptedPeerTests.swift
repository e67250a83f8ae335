import Consent
import NIOCore
import NIOPosix
import SMPP
import Store
import Testing

@testable import Server

/// A peer that answers each PDU as a test says, byte for byte, on one connection after another.
final class ScriptedPeer: Sendable {
    private let channel: any Channel
    let connections = Growing<Int>()
    let received = Growing<PDU>()

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private var decoder = PDUDecoder()
        private let received: Growing<PDU>
        private let answer: @Sendable (PDU) -> [UInt8]

        init(_ received: Growing<PDU>, _ answer: @escaping @Sendable (PDU) -> [UInt8]) {
            self.received = received
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            decoder.feed(Array(unwrapInboundIn(data).readableBytesView))
            while let pdu = try? decoder.next() {
                received.append(pdu)
                let octets = answer(pdu)
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }

    init(_ answer: @escaping @Sendable (PDU) -> [UInt8]) async throws {
        let (received, connections) = (received, connections)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                connections.append(1)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(received, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var endpoint: Endpoint { Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0) }

    func stop() async { try? await channel.close() }

    /// What a carrier in good order answers.
    static func ordinary(_ pdu: PDU, messageID: String = "id") -> [UInt8] {
        let body: PDU.Body? =
            switch pdu.body {
            case .bind: .bindResponse(BindResponse(mode: .transceiver))
            case .submitSM: .submitSMResponse(MessageResponse(messageID: messageID))
            case .enquireLink: .enquireLinkResponse
            case .unbind: .unbindResponse
            default: nil
            }
        return body.flatMap { try? PDU($0, sequence: pdu.sequence).encoded() } ?? []
    }

    static func refusal(_ pdu: PDU, _ status: CommandStatus) -> [UInt8] {
        // Sixteen octets: a refusal without a body.
        (try? PDU(.submitSMResponse(MessageResponse()), sequence: pdu.sequence, status: status).encoded()) ?? []
    }
}

/// Runs a test with a carrier that does as it says.
func withPeer(
    route: @escaping (inout Route) -> Void = { _ in }, _ answer: @escaping @Sendable (PDU) -> [UInt8],
    _ body: (TextingWorld, ScriptedPeer, PersonID) async throws -> Void
) async throws {
    let peer = try await ScriptedPeer(answer)
    let endpoint = peer.endpoint
    try await withTextingWorld(
        try await TextingWorld(route: {
            $0.smsc = endpoint
            route(&$0)
        })
    ) { world in
        try await body(world, peer, try await world.join("alice"))
    }
    await peer.stop()
}

@Suite("Carriers with ways of their own")
struct ScriptedPeerTests {
    @Test("a carrier that talks nonsense is left, and tried again")
    func nonsense() async throws {
        try await withPeer({ _ in Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8) }) { world, peer, _ in
            world.start()
            try await eventually("several tries") { peer.connections.all.count >= 3 }
            #expect(!(world.texting.inboxes["pocket"]?.isBound ?? true))
        }
    }

    @Test("a quiet carrier is asked whether it lives, and left when it doesn't say")
    func dead() async throws {
        try await withPeer(route: {
            $0.enquireInterval = 50
            $0.responseTimeout = 100
        }) { pdu in
            if case .enquireLink = pdu.body { [] } else { ScriptedPeer.ordinary(pdu) }
        } _: { world, peer, _ in
            world.start()
            try await eventually("asked and left") {
                peer.connections.all.count >= 2
                    && peer.received.all.contains { if case .enquireLink = $0.body { true } else { false } }
            }
        }
    }

    @Test("a bodyless refusal with a status of the carrier's own is tried again, then fails the text")
    func vendorStatus() async throws {
        let vendor = CommandStatus(rawValue: 0x400 + 17)
        try await withPeer(route: { $0.throttle = Backoff(first: 10, longest: 20) }) { pdu in
            if case .submitSM = pdu.body { ScriptedPeer.refusal(pdu, vendor) } else { ScriptedPeer.ordinary(pdu) }
        } _: { world, peer, alice in
            try await world.startBound()
            try await world.queue("hello", by: alice)
            #expect(try await world.untilChanged(to: .failed).reason?.description.contains("0x411") == true)
            #expect(peer.submits == SegmentLine.maximumTries)
        }
    }

    @Test("a carrier's own table decides what its statuses mean")
    func dispositions() async throws {
        let vendor = CommandStatus(rawValue: 0x400 + 17)
        try await withPeer(route: { $0.dispositions = [vendor: .failMessage] }) { pdu in
            if case .submitSM = pdu.body { ScriptedPeer.refusal(pdu, vendor) } else { ScriptedPeer.ordinary(pdu) }
        } _: { world, peer, alice in
            try await world.startBound()
            try await world.queue("hello", by: alice)
            _ = try await world.untilChanged(to: .failed)
            #expect(peer.submits == 1)
        }
    }

    @Test("a full queue pauses like throttling, and the window is never passed")
    func queueFull() async throws {
        let seen = Growing<Int>()
        try await withPeer(route: { $0.window = 2 }) { pdu in
            guard case .submitSM = pdu.body else { return ScriptedPeer.ordinary(pdu) }
            seen.append(1)
            return seen.all.count <= 3
                ? ScriptedPeer.refusal(pdu, .messageQueueFull)
                : ScriptedPeer.ordinary(pdu, messageID: "\(seen.all.count)")
        } _: { world, peer, alice in
            for number in 1...5 { try await world.queue("text \(number)", by: alice, message: Int64(number)) }
            try await world.startBound()
            for number in 1...5 { _ = try await world.untilChanged(to: .submitted, of: Int64(number)) }
            let accepted = peer.received.all.compactMap { pdu -> String? in
                guard case .submitSM(let message) = pdu.body else { return nil }
                return MessagePart(message, profile: .init()).text
            }
            #expect(accepted == ["text 1", "text 2", "text 1", "text 1", "text 2", "text 3", "text 4", "text 5"])
        }
    }

    @Test("a stop doesn't wait for ever for a carrier that doesn't answer")
    func stopWithoutAnswer() async throws {
        try await withPeer({ pdu in
            if case .submitSM = pdu.body { [] } else { ScriptedPeer.ordinary(pdu) }
        }) { world, peer, alice in
            try await world.startBound()
            try await world.queue("hello?", by: alice)
            try await eventually("submitted") { peer.submits == 1 }
            let start = ContinuousClock.now
            try await world.stop()
            #expect(ContinuousClock.now - start < .seconds(20))
        }
    }

    @Test("a stop in good order unbinds and waits for the answer")
    func unbinds() async throws {
        try await withPeer({ ScriptedPeer.ordinary($0) }) { world, peer, _ in
            try await world.startBound()
            try await world.stop()
            #expect(peer.received.all.last.map { if case .unbind = $0.body { true } else { false } } == true)
        }
    }
}

extension ScriptedPeer {
    var submits: Int {
        received.all.count { if case .submitSM = $0.body { true } else { false } }
    }
}
