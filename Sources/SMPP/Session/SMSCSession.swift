/// One connection of an ESME, from the carrier's side (SMPP 3.4 §2.2). For simulated carriers and tests.
///
/// No socket, no clock, no subscribers: the caller passes the time, performs the actions in order, calls `tick` at
/// `nextDeadline`, and decides about binds and messages.
package struct SMSCSession: ~Copyable {
    package struct Settings: Hashable, Sendable {
        /// Our name in bind responses.
        package var systemID: String
        /// Unanswered deliver_sm at a time.
        package var window = 10
        /// How long a deliver_sm or an unbind waits for its answer.
        package var responseTimeout: Milliseconds = 60_000
        /// How long a new connection may stay unbound.
        package var bindTimeout: Milliseconds = 30_000
        /// Quiet time before enquire_link.
        package var enquireInterval: Milliseconds = 30_000
        /// Submits that may wait for our answer; more are throttled.
        package var submitLimit = 1_000

        package init(systemID: String) {
            self.systemID = systemID
        }
    }

    package enum Action: Hashable, Sendable {
        case send(PDU)
        /// Answer with `acceptBind` or `refuseBind`.
        case bindRequested(Bind)
        /// Answer with `answer`.
        case submit(SubmitSM, DeliveryTicket)
        /// The ESME took a message.
        case delivered(SubmitToken)
        /// The ESME didn't take a message.
        case deliveryRefused(SubmitToken, CommandStatus)
        /// The ESME didn't answer; it may have the message.
        case deliveryUnknown(SubmitToken)
        /// Never sent: not bound to receive, or no room.
        case returned(SubmitToken)
        /// Close the connection, then call `disconnected`.
        case close(CloseReason)
    }

    private enum Phase {
        case idle
        case open(deadline: Milliseconds)
        case deciding(BindMode, sequence: UInt32)
        case bound(BindMode)
        case unbinding(sequence: UInt32, deadline: Milliseconds)
        case closed
    }

    private let settings: Settings
    private var phase = Phase.idle
    private var sequences = SequenceNumbers()
    private var outstanding = Outstanding<SubmitToken>()
    private var link: LinkWatch
    private var desk: DeliveryDesk

    package init(_ settings: Settings) {
        self.settings = settings
        link = LinkWatch(interval: settings.enquireInterval, patience: settings.responseTimeout, now: 0)
        desk = DeliveryDesk(limit: settings.submitLimit)
    }

    /// How many messages `deliver` takes now; 0 unless bound to receive.
    package var room: Int {
        guard case .bound(let mode) = phase, mode.receives else { return 0 }
        return max(settings.window - outstanding.count, 0)
    }

    package var isBound: Bool {
        guard case .bound = phase else { return false }
        return true
    }

    /// When `tick` has something to do, unless something else happens before.
    package var nextDeadline: Milliseconds? {
        switch phase {
        case .idle, .deciding, .closed: nil
        case .open(let deadline), .unbinding(_, let deadline): deadline
        case .bound: min(link.nextDeadline, outstanding.nextDeadline ?? link.nextDeadline)
        }
    }

    package mutating func connected(now: Milliseconds) -> [Action] {
        guard case .idle = phase else { return [] }
        phase = .open(deadline: now + settings.bindTimeout)
        return []
    }

    package mutating func acceptBind(now: Milliseconds) -> [Action] {
        guard case .deciding(let mode, let sequence) = phase else { return [] }
        phase = .bound(mode)
        link = LinkWatch(interval: settings.enquireInterval, patience: settings.responseTimeout, now: now)
        var response = BindResponse(mode: mode, systemID: String(settings.systemID.prefix(15)))
        response.optional.interfaceVersion = 0x34
        return [.send(PDU(.bindResponse(response), sequence: sequence))]
    }

    /// Refuses and closes.
    package mutating func refuseBind(_ status: CommandStatus) -> [Action] {
        guard case .deciding(let mode, let sequence) = phase else { return [] }
        let answer = PDU(.bindResponse(BindResponse(mode: mode)), sequence: sequence, status: status)
        return [.send(answer)] + close(.bindRefused(status))
    }

    /// Answers a submit.
    ///
    /// `messageID`: at most 64 octets; for accepted ones.
    package mutating func answer(
        _ ticket: DeliveryTicket, _ status: CommandStatus = .ok, messageID: String = ""
    ) -> [Action] {
        desk.answer(ticket, status, messageID: messageID).map { [.send($0)] } ?? []
    }

    /// Sends a message or receipt to the ESME. When there is no `room` it comes back at once, as `returned`.
    package mutating func deliver(_ message: DeliverSM, token: SubmitToken, now: Milliseconds) -> [Action] {
        guard room > 0 else { return [.returned(token)] }
        let pdu = PDU(.deliverSM(message), sequence: nextSequence())
        do throws(FieldError) {
            _ = try pdu.encoded()
        } catch {
            return [.deliveryRefused(token, error.status)]
        }
        outstanding.add(token, sequence: pdu.sequence, deadline: now + settings.responseTimeout)
        return [.send(pdu)]
    }

    /// Asks the ESME to leave.
    package mutating func unbind(now: Milliseconds) -> [Action] {
        switch phase {
        case .idle, .open, .deciding:
            return close(.unbound)
        case .bound:
            let sequence = nextSequence()
            phase = .unbinding(sequence: sequence, deadline: now + settings.responseTimeout)
            return [.send(PDU(.unbind, sequence: sequence))]
        case .unbinding, .closed:
            return []
        }
    }

    /// The connection is gone.
    package mutating func disconnected() -> [Action] {
        phase = .closed
        return settleAll()
    }

    package mutating func tick(now: Milliseconds) -> [Action] {
        switch phase {
        case .idle, .deciding, .closed:
            return []
        case .open(let deadline):
            return now >= deadline ? close(.bindTimedOut) : []
        case .unbinding(_, let deadline):
            return now >= deadline ? close(.unbound) : []
        case .bound:
            let actions = outstanding.takeOverdue(now: now).map { Action.deliveryUnknown($0.request) }
            switch link.check(now: now) {
            case .none: return actions
            case .enquire: return actions + [.send(PDU(.enquireLink, sequence: nextSequence()))]
            case .dead: return actions + close(.linkDead)
            }
        }
    }

    /// The ESME sent a PDU.
    package mutating func received(_ pdu: PDU, now: Milliseconds) -> [Action] {
        if case .closed = phase { return [] }
        link.heard(now: now)
        switch pdu.body {
        case .bind(let bind):
            return bindRequested(bind, pdu)
        case .submitSM(let message):
            return submitted(message, pdu)
        case .dataSM(let message):
            return submitted(ShortMessage(message), pdu)
        case .deliverSMResponse, .genericNack:
            return deliveryAnswered(pdu)
        case .enquireLink:
            return [.send(PDU(.enquireLinkResponse, sequence: pdu.sequence))]
        case .unbind:
            return [.send(PDU(.unbindResponse, sequence: pdu.sequence))] + close(.peerUnbound)
        case .unbindResponse:
            guard case .unbinding(let sequence, _) = phase, sequence == pdu.sequence else { return [] }
            return close(.unbound)
        case .malformed(let command, let error):
            if command == .deliverSM.response { return deliveryAnswered(pdu) }
            guard !command.isResponse, command != .alertNotification else { return [] }
            return [.send(.response(to: command, sequence: pdu.sequence, status: error.status))]
        case .deliverSM, .alertNotification, .other:
            // Not for an ESME to send, or a service this SMSC doesn't have.
            guard !pdu.command.isResponse else { return [] }
            return [.send(PDU(.genericNack, sequence: pdu.sequence, status: .invalidCommandID))]
        case .bindResponse, .submitSMResponse, .dataSMResponse, .enquireLinkResponse:
            return []
        }
    }
}

extension SMSCSession {
    private mutating func bindRequested(_ bind: Bind, _ pdu: PDU) -> [Action] {
        guard case .open = phase else {
            return [.send(.response(to: pdu.command, sequence: pdu.sequence, status: .alreadyBound))]
        }
        phase = .deciding(bind.mode, sequence: pdu.sequence)
        return [.bindRequested(bind)]
    }

    private mutating func submitted(_ message: SubmitSM, _ pdu: PDU) -> [Action] {
        guard case .bound(let mode) = phase, mode.transmits else {
            return [.send(.response(to: pdu.command, sequence: pdu.sequence, status: .invalidBindStatus))]
        }
        guard let ticket = desk.admit(sequence: pdu.sequence, command: pdu.command) else {
            return [.send(.response(to: pdu.command, sequence: pdu.sequence, status: .throttled))]
        }
        return [.submit(message, ticket)]
    }

    private mutating func deliveryAnswered(_ pdu: PDU) -> [Action] {
        guard let token = outstanding.take(pdu.sequence) else { return [] }
        let accepted = pdu.status == .ok && pdu.body != .genericNack
        return [accepted ? .delivered(token) : .deliveryRefused(token, pdu.status)]
    }

    private mutating func close(_ reason: CloseReason) -> [Action] {
        phase = .closed
        return settleAll() + [.close(reason)]
    }

    private mutating func settleAll() -> [Action] {
        desk.clear()
        return outstanding.takeAll().map { .deliveryUnknown($0.request) }
    }

    private mutating func nextSequence() -> UInt32 {
        var sequence = sequences.next()
        while outstanding.contains(sequence) { sequence = sequences.next() }
        return sequence
    }
}
