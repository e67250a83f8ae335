import Consent
import Logging
import NIOCore
import SMPP

/// One connection to a carrier: bytes to ``ESMESession`` and back, timers, and segments from the route's line.
///
/// Confined to its channel's event loop.
final class ESMEHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private var session: ESMESession
    private var decoder = PDUDecoder()
    private let line: RouteLine
    /// Whether an SMS may leave at this moment: its owner's *sms* and, if it stands in for a message to somebody here, their
    /// *number-texting*.
    private let permission: @Sendable (_ owner: PersonID, _ standsInFor: PersonID?) -> SMSPermission
    private let report: @Sendable (LinkEvent) -> Void
    private let logger: Logger
    private let course: ConnectionCourse
    private var context: ChannelHandlerContext?
    private var timer: (at: Milliseconds, scheduled: Scheduled<Void>)?
    private var boundAt: NIODeadline?
    private var link: SMSLink?
    private var isDone = false

    /// How long to wait, in milliseconds, when the keys can't be read that say what may leave.
    private static let patience: Milliseconds = 1_000

    init(
        _ session: consuming ESMESession, line: RouteLine, course: ConnectionCourse, logger: Logger,
        permission: @escaping @Sendable (_ owner: PersonID, _ standsInFor: PersonID?) -> SMSPermission,
        report: @escaping @Sendable (LinkEvent) -> Void
    ) {
        self.session = session
        self.line = line
        self.course = course
        self.logger = logger
        self.permission = permission
        self.report = report
    }

    static var now: Milliseconds {
        Milliseconds(NIODeadline.now().uptimeNanoseconds / 1_000_000)
    }

    // MARK: From the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        link = SMSLink(channel: context.channel, handler: NIOLoopBound(self, eventLoop: context.eventLoop))
        if context.channel.isActive { start() }
    }

    func channelActive(context: ChannelHandlerContext) {
        start()
        context.fireChannelActive()
    }

    private func start() {
        perform(session.connected(now: Self.now))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        decoder.feed(Array(buffer.readableBytesView))
        do throws(PDUDecoder.FramingError) {
            while let pdu = try decoder.next() {
                giveUpDenied()
                perform(session.received(pdu, now: Self.now))
            }
        } catch {
            logger.warning("the carrier's framing is lost; closing")
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        finish()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        finish()
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.warning("connection failed", metadata: ["error": "\(type(of: error))"])
        context.close(promise: nil)
    }

    private func finish() {
        guard !isDone else { return }
        isDone = true
        timer?.scheduled.cancel()
        timer = nil
        perform(session.disconnected())
        if let boundAt { course.note { $0.boundFor = NIODeadline.now() - boundAt } }
        line.with { $0.disconnected() }
        report(.closed(isOrderly: course.value.reason == .peerUnbound && !session.owedAnswers))
        link = nil
    }

    // MARK: From the route

    /// There may be segments to send, or some that may not be sent any more.
    func poke() {
        giveUpDenied()
        perform([])
    }

    func answer(_ ticket: DeliveryTicket, _ status: CommandStatus) {
        perform(session.answer(ticket, status))
    }

    func unbind() {
        perform(session.unbind(now: Self.now))
    }

    // MARK: Actions

    /// Performs what the session decided, then sends what there is room for, then sets the timer.
    private func perform(_ actions: [ESMESession.Action]) {
        for action in actions { perform(action) }
        while session.room > 0, let item = line.with({ $0.next(now: Self.now) }) {
            switch permission(for: item) {
            case .yes: break
            case .no:
                drop(item)
                continue
            case .notNow:
                line.with { $0.giveBack(item.token, until: Self.now + Self.patience) }
                continue
            }
            for action in session.submit(item.message, token: item.token, now: Self.now) { perform(action) }
        }
        context?.flush()
        let room = session.room
        line.with { $0.room = room }
        setTimer()
    }

    private func perform(_ action: ESMESession.Action) {
        switch action {
        case .send(let pdu):
            // The session sends nothing that has no encoding.
            guard let context, let octets = try? pdu.encoded() else { return }
            context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: octets)), promise: nil)
        case .bound:
            boundAt = .now()
            if let link { report(.bound(link)) }
        case .bindRefused(_, let slow):
            course.note { $0.isSlow = slow }
        case .submitted(let token, let messageID):
            report(.submitted(token, messageID: messageID))
        case .refused(let token, let status, let disposition):
            if disposition == .failMessage { dropRest(of: token) }
            report(.refused(token, status, disposition))
        case .unknownOutcome(let token):
            report(.unknown(token))
        case .returned(let token):
            line.with { $0.giveBack(token) }
        case .deliver(let message, let ticket):
            if let link { report(.delivered(message, ticket, link)) }
        case .reachable:
            // Whom the carrier can reach is its own concern: it holds their texts.
            break
        case .paused:
            report(.paused)
        case .resumed:
            report(.resumed)
        case .close(let reason):
            course.note { $0.reason = reason }
            context?.flush()
            context?.close(promise: nil)
        }
    }

    /// A text without one of its parts is none: the others stay here.
    private func dropRest(of token: SubmitToken) {
        line.with { line in
            if let text = line.item(inHand: token)?.text { line.drop(text) }
        }
    }

    /// Segments that wait out a pause die with the consent they need, and with their recipient's STOP. Those of which that
    /// can't be told now go back into the line.
    private func giveUpDenied() {
        for token in session.heldTokens {
            guard let item = line.with({ $0.item(inHand: token) }) else { continue }
            let permission = permission(for: item)
            guard permission != .yes else { continue }
            _ = session.giveUp(token)
            if permission == .no {
                drop(item)
            } else {
                line.with { $0.giveBack(token, until: Self.now + Self.patience) }
            }
        }
    }

    private func permission(for item: SegmentLine.Item) -> SMSPermission {
        guard case .text(let id, _, let owner, let recipient) = item.source else { return .yes }
        return line.with { $0.stopped.contains(id) } ? .no : permission(owner, recipient)
    }

    private func drop(_ item: SegmentLine.Item) {
        line.with { line in
            _ = line.answered(item.token)
            if let text = item.text { line.drop(text) }
        }
        if let text = item.text { report(.dropped(text)) }
    }

    // MARK: Time

    private func setTimer() {
        guard !isDone, let context else { return }
        let now = Self.now
        let due = [session.nextDeadline, line.with { $0.nextRetry(after: now) }].compactMap(\.self).min()
        guard let due else { return }
        if let timer {
            if timer.at <= due { return }
            timer.scheduled.cancel()
        }
        let delay = TimeAmount.milliseconds(max(due - now, 1))
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = (due, context.eventLoop.scheduleTask(in: delay) { handler.value.timeHasCome() })
    }

    private func timeHasCome() {
        timer = nil
        guard !isDone else { return }
        giveUpDenied()
        perform(session.tick(now: Self.now))
    }
}
