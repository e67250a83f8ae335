import NIOCore
import SMPP

/// What the connections of a pocket SMSC share: the carrier behind it, and what waits to be sent. Confined to one loop.
final class SMSCHub {
    private let loop: any EventLoop
    private let systemID: String?
    private let password: String?
    private let report: @Sendable (SimulatedCarrier.Event) -> Void
    private var carrier: SimulatedCarrier
    private var connections: [Int: SMSCHandler] = [:]
    private var outbox: [(message: DeliverSM, token: SubmitToken)] = []
    private var lastConnection = 0
    private var isPumping = false

    init(
        _ carrier: SimulatedCarrier, systemID: String?, password: String?, loop: any EventLoop,
        report: @escaping @Sendable (SimulatedCarrier.Event) -> Void
    ) {
        self.carrier = carrier
        self.systemID = systemID
        self.password = password
        self.loop = loop
        self.report = report
    }

    static var now: Milliseconds {
        Milliseconds(NIODeadline.now().uptimeNanoseconds / 1_000_000)
    }

    // MARK: Connections

    func accept() -> SMSCHandler {
        lastConnection += 1
        let handler = SMSCHandler(lastConnection, SMSCSession(.init(systemID: "hoopoe")), self)
        connections[lastConnection] = handler
        return handler
    }

    /// Nil when the ESME may bind.
    func judge(_ bind: Bind) -> CommandStatus? {
        if let systemID, bind.systemID != systemID { return .invalidSystemID }
        if let password, bind.password != password { return .invalidPassword }
        return nil
    }

    func bound() {
        report(.bound)
    }

    func closed(_ handler: SMSCHandler) {
        guard connections.removeValue(forKey: handler.number) != nil else { return }
        report(.unbound)
    }

    func closeAll(politely: Bool) {
        for handler in connections.values {
            if politely { handler.unbind() } else { handler.cut() }
        }
    }

    // MARK: The carrier

    func change(_ body: (inout SimulatedCarrier) -> [SimulatedCarrier.Action]) {
        perform(body(&carrier))
    }

    func submitted(_ message: SubmitSM, _ submission: SimulatedCarrier.Submission) {
        change { $0.submitted(message, submission, now: Self.now) }
    }

    func taken(_ token: SubmitToken) {
        change { $0.taken(token) }
    }

    func refused(_ token: SubmitToken, _ status: CommandStatus?) {
        change { $0.refused(token, status) }
    }

    private func perform(_ actions: [SimulatedCarrier.Action]) {
        for action in actions {
            switch action {
            case .answer(let submission, let status, let messageID):
                // In its place among what is delivered: a receipt may be meant to come first.
                pump()
                connections[submission.connection]?.answer(submission.ticket, status, messageID: messageID)
            case .deliver(let message, let token):
                outbox.append((message, token))
            case .redeliver(let token, let delay):
                after(delay) { $0.change { $0.deliveryDue(token) } }
            case .receipt(let number, let delay):
                after(delay) { $0.change { $0.receiptDue(number) } }
            case .happened(let event):
                report(event)
            }
        }
        pump()
    }

    private func after(_ delay: Milliseconds, _ body: @escaping @Sendable (SMSCHub) -> Void) {
        let hub = NIOLoopBound(self, eventLoop: loop)
        loop.scheduleTask(in: .milliseconds(delay)) { body(hub.value) }
    }

    /// Sends what waits, as far as an ESME has room for it.
    func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        while !outbox.isEmpty, let ready = connections.values.first(where: { $0.room > 0 }) {
            let next = outbox.removeFirst()
            ready.deliver(next.message, next.token)
        }
    }
}
