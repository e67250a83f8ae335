@testable import SMPP

/// Both session machines under operations that the input chooses, beside a model: answers in any order, late, twice or forged;
/// throttling, silence, enquiries, unbinding. Every message has exactly one outcome, and it is its own; the window holds; nothing
/// is sent in a pause or after the end; no deadline is named that passes without a deed.
func fuzzSMPPSession(_ input: [UInt8]) {
    var choices = Choices(input)
    if choices.below(4) > 0 {
        guard var carrier = ESMEModel(&choices) else { return }
        while !choices.isEmpty { carrier.step(&choices) }
        carrier.finish()
    } else {
        var client = SMSCModel(&choices)
        while !choices.isEmpty { client.step(&choices) }
        client.finish()
    }
}

private let statuses: [CommandStatus] = [
    .ok, .ok, .throttled, .messageQueueFull, .systemError, .invalidDestination, .invalidBindStatus,
    CommandStatus(rawValue: 0x412)
]

private func message(_ token: SubmitToken) -> ShortMessage {
    ShortMessage(source: .none, destination: .none, content: Array(String(token.rawValue).utf8))
}

private func token(of message: ShortMessage) -> SubmitToken? {
    Int64(String(decoding: message.content, as: UTF8.self)).map { SubmitToken(rawValue: $0) }
}

// MARK: - Our side

private struct ESMEModel: ~Copyable {
    private var session: ESMESession
    private let settings: ESMESession.Settings
    private var now: Milliseconds = 0
    private var next: Int64 = 0
    /// Tokens without an outcome, and those whose outcome is unknown so far.
    private var open: Set<SubmitToken> = []
    private var unknown: Set<SubmitToken> = []
    /// Which message each number on the wire is, as long as an answer to it counts.
    private var wire: [UInt32: SubmitToken] = [:]
    /// Numbers ever used, for answers that come late or twice.
    private var used: [UInt32] = []
    private var bindSequence: UInt32 = 0
    private var unbindSequence: UInt32?
    private var pausedUntil: Milliseconds?
    private var tickets: [DeliveryTicket] = []
    private var isClosed = false
    /// What the operation that runs may bring about.
    private var answered: (token: SubmitToken, id: String)?

    init?(_ choices: inout Choices) {
        var settings = ESMESession.Settings(bind: Bind(mode: .transceiver, systemID: "e", password: "p"))
        settings.window = 1 + choices.below(5)
        settings.responseTimeout = 1_000 * Milliseconds(1 + choices.below(60))
        settings.enquireInterval = 1_000 * Milliseconds(1 + choices.below(60))
        settings.deliveryLimit = 1 + choices.below(4)
        settings.throttleBackoff = Backoff(first: Milliseconds(choices.below(3_000)), longest: 10_000)
        self.settings = settings
        guard let session = try? ESMESession(settings, jitterSeed: UInt64(choices.byte())) else { return nil }
        self.session = session
        perform(self.session.connected(now: 0))
        guard choices.below(8) > 0 else { return }
        perform(
            self.session.received(PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: bindSequence), now: 0))
        precondition(self.session.isBound, "a bind that was taken didn't bind")
    }

    mutating func step(_ choices: inout Choices) {
        answered = nil
        switch choices.below(12) {
        case 0, 1, 2: submit()
        case 3, 4: answer(&choices, isOK: true)
        case 5: answer(&choices, isOK: false)
        case 6:
            let sequence = used.isEmpty || choices.below(3) == 0 ? choices.word() : used[choices.below(used.count)]
            receiveResponse(sequence, statuses[choices.below(statuses.count)], isNack: choices.below(3) == 0)
        case 7:
            now += [0, 1, 500, 1_000, 5_000, 30_000, 61_000][choices.below(7)]
            tick()
        case 8:
            if let deadline = session.nextDeadline { now = max(now, deadline) }
            tick()
        case 9: deliver(&choices)
        case 10:
            let held = session.heldTokens
            guard !held.isEmpty else { return }
            perform(session.giveUp(held[choices.below(held.count)]))
        default:
            switch choices.below(12) {
            case 0: perform(session.unbind(now: now))
            case 1: perform(session.received(PDU(.unbind, sequence: choices.word()), now: now))
            case 2:
                let sequence = unbindSequence ?? choices.word()
                perform(session.received(PDU(.unbindResponse, sequence: sequence), now: now))
            case 3:
                perform(session.disconnected())
                isClosed = true
            case 4:
                let error = FieldError(field: .messageID, problem: .truncated)
                receive(PDU(.malformed(.submitSM.response, error), sequence: used.last ?? 1))
            case 5:
                perform(
                    session.received(
                        PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: choices.word()), now: now))
            default: perform(session.received(PDU(.enquireLink, sequence: choices.word()), now: now))
            }
        }
        if isClosed { precondition(open.isEmpty, "a message without an outcome") }
        precondition(wire.count <= settings.window, "more on the way than the window holds")
        precondition(session.room <= settings.window - wire.count, "more room than the window has")
        precondition(!isClosed || session.nextDeadline == nil && session.room == 0, "ended, and waits")
    }

    mutating func finish() {
        answered = nil
        perform(session.disconnected())
        precondition(open.isEmpty, "a message without an outcome")
        precondition(
            session.submit(message(SubmitToken(rawValue: -1)), token: SubmitToken(rawValue: -1), now: now)
                == [.returned(SubmitToken(rawValue: -1))], "it takes messages after the end")
    }

    private mutating func submit() {
        next += 1
        let token = SubmitToken(rawValue: next)
        open.insert(token)
        let hadRoom = session.room > 0
        perform(session.submit(message(token), token: token, now: now))
        precondition(hadRoom == open.contains(token), "room, and it came back")
    }

    /// Answers something that waits, in any order.
    private mutating func answer(_ choices: inout Choices, isOK: Bool) {
        let waiting = wire.keys.sorted()
        guard !waiting.isEmpty else { return }
        let sequence = waiting[choices.below(waiting.count)]
        receiveResponse(sequence, isOK ? .ok : statuses[choices.below(statuses.count)], isNack: false)
    }

    private mutating func receiveResponse(_ sequence: UInt32, _ status: CommandStatus, isNack: Bool) {
        let id = "id\(sequence)"
        let body: PDU.Body = isNack ? .genericNack : .submitSMResponse(MessageResponse(messageID: id))
        receive(PDU(body, sequence: sequence, status: status))
    }

    private mutating func receive(_ pdu: PDU) {
        answered = wire[pdu.sequence].map { ($0, "id\(pdu.sequence)") }
        if !isClosed { wire[pdu.sequence] = nil }
        perform(session.received(pdu, now: now))
        wire = wire.filter { open.contains($0.value) }
    }

    private mutating func tick() {
        perform(session.tick(now: now))
        guard let deadline = session.nextDeadline else { return }
        precondition(deadline > now, "a deadline that passes without a deed")
    }

    private mutating func deliver(_ choices: inout Choices) {
        if !tickets.isEmpty, choices.below(2) == 0 {
            let ticket = tickets.remove(at: choices.below(tickets.count))
            let status: CommandStatus = choices.below(2) == 0 ? .ok : .temporaryReceiverError
            let actions = session.answer(ticket, status)
            precondition(actions.count <= 1 && (isClosed || actions.count == 1), "a delivery without its answer")
            if case .send(let pdu)? = actions.first {
                precondition(pdu.sequence == ticket.sequence && pdu.status == status, "another answer")
            }
            precondition(session.answer(ticket, .ok).isEmpty, "answered twice")
        } else {
            perform(
                session.received(PDU(.deliverSM(message(SubmitToken(rawValue: 0))), sequence: choices.word()), now: now)
            )
            precondition(tickets.count <= settings.deliveryLimit, "more waits than may")
        }
    }

    /// Holds every action against what may happen.
    private mutating func perform(_ actions: [ESMESession.Action]) {
        for action in actions {
            precondition(!isClosed || isSettlement(action), "something is done after the end")
            switch action {
            case .send(let pdu): sent(pdu)
            case .submitted(let token, let id):
                precondition(open.remove(token) != nil || unknown.remove(token) != nil, "two outcomes")
                if let answered, answered.token == token, !id.isEmpty {
                    precondition(id == answered.id, "another message's answer")
                }
                unknown.remove(token)
            case .refused(let token, _, _):
                precondition(open.remove(token) != nil || unknown.remove(token) != nil, "two outcomes")
            case .returned(let token): precondition(open.remove(token) != nil, "two outcomes")
            case .unknownOutcome(let token):
                precondition(open.remove(token) != nil, "two outcomes")
                unknown.insert(token)
                wire = wire.filter { $0.value != token }
            case .deliver(_, let ticket): tickets.append(ticket)
            case .paused(let end):
                precondition(end >= now && session.room == 0, "a pause that isn't one")
                pausedUntil = end
            case .resumed:
                precondition(pausedUntil.map { $0 <= now } ?? false, "resumed too soon")
                pausedUntil = nil
            case .close:
                isClosed = true
                tickets = []
                precondition(open.isEmpty, "closed with messages that have no outcome")
            case .bound, .bindRefused, .reachable: break
            }
        }
        if isClosed { wire = [:] }
    }

    /// What may still be said of messages when all is over.
    private func isSettlement(_ action: ESMESession.Action) -> Bool {
        switch action {
        case .returned, .unknownOutcome: true
        default: false
        }
    }

    private mutating func sent(_ pdu: PDU) {
        precondition((try? pdu.encoded()) != nil, "a PDU that can't be sent")
        switch pdu.body {
        case .bind: bindSequence = pdu.sequence
        case .unbind:
            precondition(open.isEmpty, "unbinds while answers are due")
            unbindSequence = pdu.sequence
        case .submitSM(let message):
            guard let token = token(of: message) else { preconditionFailure("not our message") }
            precondition(pausedUntil == nil, "sent in a pause")
            precondition(open.contains(token), "sent again after its outcome")
            precondition(wire[pdu.sequence] == nil, "a number twice at a time")
            precondition(!wire.values.contains(token), "a message twice on the way")
            wire[pdu.sequence] = token
            used.append(pdu.sequence)
        default: break
        }
    }
}

// MARK: - The carrier's side

private struct SMSCModel: ~Copyable {
    private var session: SMSCSession
    private let settings: SMSCSession.Settings
    private var now: Milliseconds = 0
    private var next: Int64 = 0
    private var open: Set<SubmitToken> = []
    private var wire: [UInt32: SubmitToken] = [:]
    private var tickets: [DeliveryTicket] = []
    private var isClosed = false

    init(_ choices: inout Choices) {
        var settings = SMSCSession.Settings(systemID: "s")
        settings.window = 1 + choices.below(5)
        settings.submitLimit = 1 + choices.below(5)
        settings.responseTimeout = 1_000 * Milliseconds(1 + choices.below(60))
        self.settings = settings
        session = SMSCSession(settings)
        perform(session.connected(now: 0))
        let mode = BindMode.allCases[choices.below(3)]
        guard choices.below(8) > 0 else { return }
        perform(session.received(PDU(.bind(Bind(mode: mode, systemID: "e", password: "p")), sequence: 1), now: 0))
        perform(choices.below(8) == 0 ? session.refuseBind(.invalidPassword) : session.acceptBind(now: 0))
        precondition(session.isBound != isClosed, "neither bound nor refused")
    }

    mutating func step(_ choices: inout Choices) {
        switch choices.below(10) {
        case 0, 1, 2:
            next += 1
            let token = SubmitToken(rawValue: next)
            open.insert(token)
            let hadRoom = session.room > 0
            perform(session.deliver(message(token), token: token, now: now))
            precondition(hadRoom == open.contains(token), "room, and it came back")
        case 3, 4:
            let waiting = wire.keys.sorted()
            let sequence =
                waiting.isEmpty || choices.below(4) == 0 ? choices.word() : waiting[choices.below(waiting.count)]
            let status = statuses[choices.below(statuses.count)]
            perform(
                session.received(
                    PDU(.deliverSMResponse(MessageResponse()), sequence: sequence, status: status), now: now))
            wire[sequence] = nil
        case 5:
            now += [0, 1, 500, 1_000, 5_000, 30_000, 61_000][choices.below(7)]
            tick()
        case 6:
            if let deadline = session.nextDeadline { now = max(now, deadline) }
            tick()
        case 7:
            perform(
                session.received(PDU(.submitSM(message(SubmitToken(rawValue: 0))), sequence: choices.word()), now: now))
            precondition(tickets.count <= settings.submitLimit, "more waits than may")
        case 8:
            guard !tickets.isEmpty else { return }
            let ticket = tickets.remove(at: choices.below(tickets.count))
            let actions = session.answer(ticket, .ok, messageID: "1")
            precondition(isClosed ? actions.isEmpty : actions.count == 1, "a submit without its answer")
            precondition(session.answer(ticket, .ok, messageID: "2").isEmpty, "answered twice")
        default:
            switch choices.below(10) {
            case 0: perform(session.unbind(now: now))
            case 1: perform(session.received(PDU(.unbind, sequence: choices.word()), now: now))
            case 2: perform(session.received(PDU(.unbindResponse, sequence: choices.word()), now: now))
            case 3:
                perform(session.disconnected())
                isClosed = true
            case 4:
                let bind = Bind(mode: .transceiver, systemID: "e", password: "p")
                perform(session.received(PDU(.bind(bind), sequence: choices.word()), now: now))
            default: perform(session.received(PDU(.enquireLink, sequence: choices.word()), now: now))
            }
        }
        if isClosed { precondition(open.isEmpty, "a message without an outcome") }
        precondition(wire.count <= settings.window, "more on the way than the window holds")
        precondition(!isClosed || session.nextDeadline == nil && session.room == 0, "ended, and waits")
    }

    mutating func finish() {
        perform(session.disconnected())
        precondition(open.isEmpty, "a message without an outcome")
    }

    private mutating func tick() {
        perform(session.tick(now: now))
        guard let deadline = session.nextDeadline else { return }
        precondition(deadline > now, "a deadline that passes without a deed")
    }

    private mutating func perform(_ actions: [SMSCSession.Action]) {
        for action in actions {
            switch action {
            case .send(let pdu):
                precondition(!isClosed && (try? pdu.encoded()) != nil, "sent after the end, or can't be")
                guard case .deliverSM(let message) = pdu.body, let token = token(of: message) else { continue }
                precondition(open.contains(token) && wire[pdu.sequence] == nil, "a number twice at a time")
                wire[pdu.sequence] = token
            case .delivered(let token), .deliveryRefused(let token, _), .returned(let token),
                .deliveryUnknown(let token):
                precondition(open.remove(token) != nil, "two outcomes")
                wire = wire.filter { $0.value != token }
            case .submit(_, let ticket):
                precondition(!isClosed)
                tickets.append(ticket)
            case .bindRequested: precondition(!isClosed)
            case .close:
                isClosed = true
                tickets = []
                precondition(open.isEmpty, "closed with messages that have no outcome")
            }
        }
        if isClosed { wire = [:] }
    }
}
