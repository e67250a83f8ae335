import Gauge
import NIOCore
import NIOPosix
import SMPP

/// A carrier that takes every text: answers at once, or keeps its answers until it is released. Confined to one loop.
final class Carrier {
    private let loop: any EventLoop
    private var connections: [CarrierConnection] = []
    private var isReleased = false
    /// What came, by the senders' accounts.
    private(set) var arrivals: [UInt32: Arrivals] = [:]
    /// Submissions, each with its answer.
    private(set) var answered = 0
    /// Texts of other runs, which are answered too.
    private(set) var stale = 0
    /// From release to a text's arrival.
    private(set) var latencies = Histogram()
    private(set) var released: UInt64 = 0
    /// When the last text arrived.
    private(set) var last: UInt64 = 0
    /// When somebody has bound.
    let bound: EventLoopPromise<Void>

    init(on loop: any EventLoop) {
        self.loop = loop
        bound = loop.makePromise()
    }

    /// Listens for ESMEs.
    func listen(_ host: String, _ port: Int) -> EventLoopFuture<Void> {
        let carrier = NIOLoopBound(self, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = CarrierConnection(carrier.value)
                    carrier.value.connections.append(connection)
                    try channel.pipeline.syncOperations.addHandler(connection)
                }
            }
            .bind(host: host, port: port).map { _ in }
    }

    /// Answers what waits, and from now on everything at once.
    func release() {
        isReleased = true
        released = now
        for connection in connections { connection.answerAll() }
    }

    /// A text came. True if it is to be answered now.
    func took(_ stamp: Stamp?) -> Bool {
        guard let stamp, stamp.run == Run.number else {
            stale += 1
            return true
        }
        _ = arrivals[stamp.sender, default: Arrivals()].arrived(stamp.number)
        last = now
        if isReleased { latencies.record(last - released) }
        return isReleased
    }

    /// An answer went out; gives its message id.
    func nextMessageID() -> String {
        answered += 1
        return "\(answered)"
    }
}

/// One ESME's connection: bytes to `SMSCSession` and back.
final class CarrierConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// `~` in GSM 03.38: ESC and this octet (3GPP TS 23.038 §6.2.1.1).
    private static let sign: UInt8 = 0x3D

    private let carrier: Carrier
    private var session = SMSCSession(.init(systemID: "load"))
    private var decoder = PDUDecoder()
    private var context: ChannelHandlerContext?
    private var waiting: [DeliveryTicket] = []
    private var outgoing = ByteBuffer()

    init(_ carrier: Carrier) {
        self.carrier = carrier
    }

    private var time: Milliseconds { Milliseconds(now / 1_000_000) }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        perform(session.connected(now: time))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        decoder.feed(Array(buffer: unwrapInboundIn(data)))
        do throws(PDUDecoder.FramingError) {
            while let pdu = try decoder.next() { perform(session.received(pdu, now: time)) }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        waiting = []
        perform(session.disconnected())
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    /// Answers everything that waits.
    func answerAll() {
        for ticket in waiting { answer(ticket) }
        waiting = []
        flush()
    }

    private func answer(_ ticket: DeliveryTicket) {
        perform(session.answer(ticket, messageID: carrier.nextMessageID()))
    }

    private func perform(_ actions: [SMSCSession.Action]) {
        for action in actions {
            switch action {
            case .send(let pdu):
                // The session sends nothing that has no encoding.
                if let octets = try? pdu.encoded() { outgoing.writeBytes(octets) }
            case .bindRequested:
                perform(session.acceptBind(now: time))
                carrier.bound.succeed()
            case .submit(let message, let ticket):
                let stamp = Stamp(in: ByteBuffer(bytes: message.payload).readableBytesSpan, sign: Self.sign)
                if carrier.took(stamp) { answer(ticket) } else { waiting.append(ticket) }
            case .delivered, .deliveryRefused, .deliveryUnknown, .returned: break
            case .close:
                flush()
                context?.close(promise: nil)
            }
        }
    }

    private func flush() {
        guard let context, outgoing.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        outgoing.clear()
    }
}
