import NIOCore
import SMPP

/// One ESME's connection: bytes to ``SMSCSession`` and back. Confined to its event loop, which is its hub's too.
final class SMSCHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let number: Int
    private let hub: SMSCHub
    private var session: SMSCSession
    private var decoder = PDUDecoder()
    private var context: ChannelHandlerContext?
    private var timer: (at: Milliseconds, scheduled: Scheduled<Void>)?
    private var isDone = false

    init(_ number: Int, _ session: consuming SMSCSession, _ hub: SMSCHub) {
        self.number = number
        self.session = session
        self.hub = hub
    }

    /// How many messages the ESME takes now.
    var room: Int { session.room }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { start() }
    }

    func channelActive(context: ChannelHandlerContext) {
        start()
        context.fireChannelActive()
    }

    private func start() {
        perform(session.connected(now: SMSCHub.now))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        decoder.feed(Array(unwrapInboundIn(data).readableBytesView))
        do throws(PDUDecoder.FramingError) {
            while let pdu = try decoder.next() { perform(session.received(pdu, now: SMSCHub.now)) }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        timer?.scheduled.cancel()
        perform(session.disconnected())
        hub.closed(self)
        context = nil
    }

    // MARK: From the hub

    func answer(_ ticket: DeliveryTicket, _ status: CommandStatus, messageID: String) {
        perform(session.answer(ticket, status, messageID: messageID))
    }

    func deliver(_ message: DeliverSM, _ token: SubmitToken) {
        perform(session.deliver(message, token: token, now: SMSCHub.now))
    }

    func unbind() {
        perform(session.unbind(now: SMSCHub.now))
    }

    /// Ends the connection without a word.
    func cut() {
        context?.close(promise: nil)
    }

    // MARK: Actions

    private func perform(_ actions: [SMSCSession.Action]) {
        for action in actions { perform(action) }
        context?.flush()
        setTimer()
        hub.pump()
    }

    private func perform(_ action: SMSCSession.Action) {
        switch action {
        case .send(let pdu):
            // The session sends nothing that has no encoding.
            guard let context, let octets = try? pdu.encoded() else { return }
            context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: octets)), promise: nil)
        case .bindRequested(let bind):
            if let status = hub.judge(bind) {
                perform(session.refuseBind(status))
            } else {
                perform(session.acceptBind(now: SMSCHub.now))
                hub.bound()
            }
        case .submit(let message, let ticket):
            hub.submitted(message, .init(connection: number, ticket: ticket))
        case .delivered(let token): hub.taken(token)
        case .deliveryRefused(let token, let status): hub.refused(token, status)
        case .deliveryUnknown(let token), .returned(let token): hub.refused(token, nil)
        case .close:
            context?.flush()
            context?.close(promise: nil)
        }
    }

    private func setTimer() {
        guard !isDone, let context, let due = session.nextDeadline else { return }
        if let timer {
            if timer.at <= due { return }
            timer.scheduled.cancel()
        }
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        let delay = TimeAmount.milliseconds(max(due - SMSCHub.now, 1))
        timer = (due, context.eventLoop.scheduleTask(in: delay) { handler.value.timeHasCome() })
    }

    private func timeHasCome() {
        timer = nil
        guard !isDone else { return }
        perform(session.tick(now: SMSCHub.now))
    }
}
