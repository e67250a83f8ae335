/// One connection to a carrier, from our side (SMPP 3.4 §2.2): bind, window, link check, pauses, unbind.
///
/// Knows the order of things and nothing else: no socket, no clock. The caller passes the time, performs the
/// actions in order, and calls `tick` at `nextDeadline`.
///
/// Every token handed to `submit` gets exactly one of `submitted`, `refused`, `unknownOutcome` and `returned`.
/// After `unknownOutcome` a late answer may still bring `submitted` or `refused`.
package struct ESMESession: ~Copyable {
    package struct Settings: Hashable, Sendable {
        package var bind: Bind
        /// Unanswered submits at a time.
        package var window = 10
        /// How long a submit or an unbind waits for its answer.
        package var responseTimeout: Milliseconds = 60_000
        /// How long a bind waits for its answer.
        package var bindTimeout: Milliseconds = 30_000
        /// Quiet time before enquire_link.
        package var enquireInterval: Milliseconds = 30_000
        /// Messages from the carrier that may wait for our answer; more are told to come again.
        package var deliveryLimit = 256
        /// How long a pause after throttling lasts.
        package var throttleBackoff = Backoff()
        /// The carrier's own statuses, or its own opinion of the common ones.
        package var dispositions: [CommandStatus: Disposition] = [:]

        package init(bind: Bind) {
            self.bind = bind
        }
    }

    package enum Action: Hashable, Sendable {
        case send(PDU)
        case bound
        /// - slow: credentials or account are at fault; hammering won't help.
        case bindRefused(CommandStatus, slow: Bool)
        case submitted(SubmitToken, messageID: String)
        /// The carrier won't take it now or ever, as the disposition says.
        case refused(SubmitToken, CommandStatus, Disposition)
        /// Sent, and no answer came. It may have arrived: never send it again blindly.
        case unknownOutcome(SubmitToken)
        /// Not taken by the carrier, nor on its way: may be sent over another session.
        case returned(SubmitToken)
        /// Answer with `answer` once the message is stored.
        case deliver(DeliverSM, DeliveryTicket)
        /// A subscriber became reachable (alert_notification).
        case reachable(SMEAddress)
        /// Too fast for the carrier: nothing is sent until then.
        case paused(until: Milliseconds)
        case resumed
        /// Close the connection, then call `disconnected`.
        case close(CloseReason)
    }

    private enum Phase {
        case idle
        case binding(sequence: UInt32, deadline: Milliseconds)
        case bound
        /// No new submits; unbind goes out when the window is empty.
        case draining
        case unbinding(sequence: UInt32, deadline: Milliseconds)
        case closed
    }

    private let settings: Settings
    private var phase = Phase.idle
    private var sequences = SequenceNumbers()
    private var window: SubmitWindow
    private var link: LinkWatch
    private var desk: DeliveryDesk
    /// Whether messages of the carrier were without our answer when the session ended.
    package private(set) var owedAnswers = false

    /// `jitterSeed`: any number, different for each session.
    /// - Throws: `FieldError` when the bind's credentials don't fit their fields.
    package init(_ settings: Settings, jitterSeed: UInt64) throws(FieldError) {
        _ = try PDU(.bind(settings.bind), sequence: 1).encoded()
        self.settings = settings
        window = SubmitWindow(
            size: settings.window, timeout: settings.responseTimeout, backoff: settings.throttleBackoff,
            jitter: Jitter(seed: jitterSeed))
        link = LinkWatch(interval: settings.enquireInterval, patience: settings.responseTimeout, now: 0)
        desk = DeliveryDesk(limit: settings.deliveryLimit)
    }

    /// How many messages `submit` takes now; 0 unless bound, and while paused.
    package var room: Int {
        guard case .bound = phase else { return 0 }
        return window.room
    }

    package var isBound: Bool {
        guard case .bound = phase else { return false }
        return true
    }

    /// When `tick` has something to do, unless something else happens before.
    package var nextDeadline: Milliseconds? {
        switch phase {
        case .idle, .closed: nil
        case .binding(_, let deadline), .unbinding(_, let deadline): deadline
        case .bound, .draining: min(link.nextDeadline, window.nextDeadline ?? link.nextDeadline)
        }
    }

    /// The connection stands, TLS included.
    package mutating func connected(now: Milliseconds) -> [Action] {
        guard case .idle = phase else { return [] }
        let sequence = nextSequence()
        phase = .binding(sequence: sequence, deadline: now + settings.bindTimeout)
        return [.send(PDU(.bind(settings.bind), sequence: sequence))]
    }

    /// Sends a message. When there is no `room` it comes back at once, as `returned`.
    package mutating func submit(_ message: SubmitSM, token: SubmitToken, now: Milliseconds) -> [Action] {
        guard room > 0 else { return [.returned(token)] }
        let sequence = nextSequence()
        let pdu = PDU(.submitSM(message), sequence: sequence)
        do throws(FieldError) {
            _ = try pdu.encoded()
        } catch {
            return [.refused(token, error.status, .failMessage)]
        }
        window.send(message, token: token, sequence: sequence, now: now)
        return [.send(pdu)]
    }

    /// The messages that wait out a pause to be sent again.
    package var heldTokens: [SubmitToken] { window.heldTokens }

    /// Gives up a message that waits out a pause. It comes back as `returned`; nothing happens if it doesn't wait.
    package mutating func giveUp(_ token: SubmitToken) -> [Action] {
        window.giveUp(token) ? [.returned(token)] : []
    }

    /// Answers a message from the carrier: `.ok` only when it is stored for good.
    package mutating func answer(_ ticket: DeliveryTicket, _ status: CommandStatus = .ok) -> [Action] {
        desk.answer(ticket, status).map { [.send($0)] } ?? []
    }

    /// Leaves in good order: waits for the answers that are due, unbinds, closes.
    package mutating func unbind(now: Milliseconds) -> [Action] {
        switch phase {
        case .idle, .binding:
            return close(.unbound)
        case .bound:
            phase = .draining
            return window.takeHeld().map(Action.returned) + unbindWhenDrained(now: now)
        case .draining, .unbinding, .closed:
            return []
        }
    }

    /// The connection is gone.
    package mutating func disconnected() -> [Action] {
        phase = .closed
        return settleAll()
    }

    /// The time has come that `nextDeadline` named.
    package mutating func tick(now: Milliseconds) -> [Action] {
        switch phase {
        case .idle, .closed:
            return []
        case .binding(_, let deadline):
            return now >= deadline ? close(.bindTimedOut) : []
        case .unbinding(_, let deadline):
            return now >= deadline ? close(.unbound) : []
        case .bound, .draining:
            break
        }
        var actions = window.takeOverdue(now: now).map(Action.unknownOutcome)
        if window.resumeIfDue(now: now) { actions.append(.resumed) }
        switch link.check(now: now) {
        case .none: break
        case .enquire: actions.append(.send(PDU(.enquireLink, sequence: nextSequence())))
        case .dead: return actions + close(.linkDead)
        }
        return actions + sendHeld(now: now) + unbindWhenDrained(now: now)
    }

    /// The carrier sent a PDU.
    package mutating func received(_ pdu: PDU, now: Milliseconds) -> [Action] {
        if case .closed = phase { return [] }
        link.heard(now: now)
        switch pdu.body {
        case .bindResponse:
            return bindAnswered(pdu, now: now)
        case .submitSMResponse(let response):
            return submitAnswered(pdu, messageID: response.messageID, now: now)
        case .genericNack:
            if case .binding(let sequence, _) = phase, sequence == pdu.sequence { return bindAnswered(pdu, now: now) }
            return submitAnswered(pdu, messageID: "", now: now)
        case .deliverSM(let message):
            return delivered(message, pdu)
        case .dataSM(let message):
            return delivered(ShortMessage(message), pdu)
        case .alertNotification(let alert):
            return [.reachable(alert.source)]
        case .enquireLink:
            return [.send(PDU(.enquireLinkResponse, sequence: pdu.sequence))]
        case .unbind:
            return [.send(PDU(.unbindResponse, sequence: pdu.sequence))] + close(.peerUnbound)
        case .unbindResponse:
            guard case .unbinding(let sequence, _) = phase, sequence == pdu.sequence else { return [] }
            return close(.unbound)
        case .malformed(let command, let error):
            return malformed(command, error, pdu, now: now)
        case .bind, .submitSM, .other:
            // Not for an ESME to do; an unknown response, or outbind, needs no answer.
            guard !pdu.command.isResponse, pdu.command != .outbind else { return [] }
            return [.send(PDU(.genericNack, sequence: pdu.sequence, status: .invalidCommandID))]
        case .enquireLinkResponse, .deliverSMResponse, .dataSMResponse:
            return []
        }
    }
}

extension ESMESession {
    private mutating func bindAnswered(_ pdu: PDU, now: Milliseconds) -> [Action] {
        guard case .binding(let sequence, _) = phase, sequence == pdu.sequence else { return [] }
        guard pdu.status == .ok, pdu.body != .genericNack else {
            let slow = pdu.status.disposition(overrides: settings.dispositions) == .rebindSlowly
            return [.bindRefused(pdu.status, slow: slow)] + close(.bindRefused(pdu.status))
        }
        phase = .bound
        link = LinkWatch(interval: settings.enquireInterval, patience: settings.responseTimeout, now: now)
        return [.bound]
    }

    /// The header decides; what a refusal's body says, or whether there is one, doesn't matter.
    private mutating func submitAnswered(_ pdu: PDU, messageID: String, now: Milliseconds) -> [Action] {
        let accepted = pdu.status == .ok && pdu.body != .genericNack
        let disposition = pdu.status.disposition(overrides: settings.dispositions)
        guard let message = window.answered(pdu.sequence, accepted: accepted) else {
            guard let token = window.answeredLate(pdu.sequence) else { return [] }
            return [accepted ? .submitted(token, messageID: messageID) : .refused(token, pdu.status, disposition)]
        }
        var actions: [Action] = []
        if accepted {
            actions.append(.submitted(message.token, messageID: messageID))
        } else {
            switch disposition {
            case .pauseConnector:
                if case .bound = phase {
                    if let end = window.throttled(message, now: now) { actions.append(.paused(until: end)) }
                } else {
                    actions.append(.returned(message.token))
                }
            case .rebindSlowly:
                actions.append(.refused(message.token, pdu.status, disposition))
                return actions + close(.notBound(pdu.status))
            case .retryWithBackoff, .failMessage:
                actions.append(.refused(message.token, pdu.status, disposition))
            }
        }
        return actions + sendHeld(now: now) + unbindWhenDrained(now: now)
    }

    private mutating func delivered(_ message: DeliverSM, _ pdu: PDU) -> [Action] {
        switch phase {
        case .bound, .draining, .unbinding:
            guard let ticket = desk.admit(sequence: pdu.sequence, command: pdu.command) else {
                return [.send(.response(to: pdu.command, sequence: pdu.sequence, status: .temporaryReceiverError))]
            }
            return [.deliver(message, ticket)]
        case .idle, .binding, .closed:
            return [.send(.response(to: pdu.command, sequence: pdu.sequence, status: .invalidBindStatus))]
        }
    }

    private mutating func malformed(
        _ command: CommandID, _ error: FieldError, _ pdu: PDU, now: Milliseconds
    ) -> [Action] {
        switch command {
        case .submitSM.response:
            return submitAnswered(pdu, messageID: "", now: now)
        case .bindTransmitter.response, .bindReceiver.response, .bindTransceiver.response:
            return bindAnswered(pdu, now: now)
        case .deliverSM, .dataSM:
            return [.send(.response(to: command, sequence: pdu.sequence, status: error.status))]
        default:
            guard !command.isResponse, command != .alertNotification else { return [] }
            return [.send(PDU(.genericNack, sequence: pdu.sequence, status: error.status))]
        }
    }

    private mutating func sendHeld(now: Milliseconds) -> [Action] {
        guard case .bound = phase else { return [] }
        var actions: [Action] = []
        while let message = window.takeNextHeld() {
            let sequence = nextSequence()
            window.resend(message, sequence: sequence, now: now)
            actions.append(.send(PDU(.submitSM(message.body), sequence: sequence)))
        }
        return actions
    }

    private mutating func unbindWhenDrained(now: Milliseconds) -> [Action] {
        guard case .draining = phase, window.isEmpty else { return [] }
        let sequence = nextSequence()
        phase = .unbinding(sequence: sequence, deadline: now + settings.responseTimeout)
        return [.send(PDU(.unbind, sequence: sequence))]
    }

    private mutating func close(_ reason: CloseReason) -> [Action] {
        phase = .closed
        return settleAll() + [.close(reason)]
    }

    private mutating func settleAll() -> [Action] {
        owedAnswers = owedAnswers || !desk.isEmpty
        desk.clear()
        return window.takeOutstanding().map(Action.unknownOutcome) + window.takeHeld().map(Action.returned)
    }

    /// A number no unanswered submit bears, also after 2³¹ of them.
    private mutating func nextSequence() -> UInt32 {
        var sequence = sequences.next()
        while window.isOutstanding(sequence) { sequence = sequences.next() }
        return sequence
    }
}
