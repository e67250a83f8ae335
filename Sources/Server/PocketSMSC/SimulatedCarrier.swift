package import SMPP

/// A carrier small enough for a pocket: handsets that show texts and answer them, receipts, and the troubles of real
/// carriers by command. Pure: no socket, no clock.
package struct SimulatedCarrier: Sendable {
    package struct Settings: Sendable {
        /// How texts of the handsets are written, and the texts that come are read.
        package var profile = TextProfile()
        /// How long after its arrival a receipt goes out, in milliseconds.
        package var receiptDelay: Milliseconds = 0
        package var messageIDs = MessageIDs.same
        /// How long a message that the ESME couldn't take waits to go out again.
        package var redelivery: Milliseconds = 1_000

        package init() {}
    }

    /// How receipts name the message they are about.
    package enum MessageIDs: String, Hashable, Sendable, CaseIterable {
        case same
        /// Hexadecimal in the response, decimal in the receipt.
        case hexDecimal = "hex-decimal"
        /// One and the same useless id in every response; the receipt brings back the low octet of the ESME's own
        /// reference.
        case none
    }

    /// Who awaits an answer: a connection's ticket.
    package struct Submission: Hashable, Sendable {
        let connection: Int
        let ticket: DeliveryTicket
    }

    package enum Action: Sendable {
        case answer(Submission, CommandStatus, messageID: String)
        /// Send to the ESME, in order.
        case deliver(DeliverSM, SubmitToken)
        /// Call `deliveryDue` after so many milliseconds.
        case redeliver(SubmitToken, after: Milliseconds)
        /// Call `receiptDue` after so many milliseconds.
        case receipt(Int64, after: Milliseconds)
        case happened(Event)
    }

    /// What can be seen from outside.
    package enum Event: Sendable {
        /// A handset shows a text, whole.
        case text(to: String, from: String, text: String)
        /// The ESME sent a segment; the status it was answered with, nil for no answer.
        case submitted(SubmitSM, CommandStatus?)
        /// The ESME took a handset's text, all its parts.
        case taken(from: String, to: String)
        /// The ESME refused a part of a handset's text for good.
        case refused(from: String, to: String, CommandStatus)
        case bound
        case unbound
    }

    /// What a number does with what comes for it.
    package enum Conduct: Hashable, Sendable {
        case normal
        /// Accepts; later the receipt says that it couldn't be delivered.
        case fails
        /// Isn't answered at all, and gets nothing.
        case silent
        /// The receipt goes out before the answer to the submit.
        case early
        /// Refuses so many times.
        case refuses(CommandStatus, times: Int)
    }

    private struct Handset {
        var isOn = true
        var conduct = Conduct.normal
        var reassembler = Reassembler()
        /// What came while it was off.
        var stored: [Landed] = []
    }

    private struct Landed {
        let message: SubmitSM
        let messageID: Int64
    }

    /// A message to the ESME until it is taken.
    private struct Delivery {
        let message: DeliverSM
        /// For handsets' texts: counts down to the last part.
        let reply: Int64?
    }

    private struct Reply {
        let from: String
        let to: String
        var open: Int
    }

    private let settings: Settings
    private var handsets: [String: Handset] = [:]
    private var deliveries: [SubmitToken: Delivery] = [:]
    private var replies: [Int64: Reply] = [:]
    private var receipts: [Int64: DeliverSM] = [:]
    private var throttled = 0
    private var lastNumber: Int64 = 0

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    private mutating func nextNumber() -> Int64 {
        lastNumber += 1
        return lastNumber
    }

    // MARK: Commands

    /// The next submits, whoever they are for, are too fast.
    package mutating func throttle(_ times: Int) {
        throttled = max(times, 0)
    }

    /// - Parameters: digits of the number, and its conduct from now on.
    package mutating func set(_ conduct: Conduct, for number: String) {
        handsets[number, default: Handset()].conduct = conduct
    }

    /// Switches a handset on or off; one that comes on gets what waited, and is an ordinary one again.
    package mutating func set(on: Bool, _ number: String, now: Milliseconds) -> [Action] {
        handsets[number, default: Handset()].isOn = on
        guard on else { return [] }
        handsets[number]?.conduct = .normal
        let stored = handsets[number]?.stored ?? []
        handsets[number]?.stored = []
        return stored.flatMap { land($0, at: number, now: now) }
    }

    /// A handset texts one of the ESME's numbers.
    package mutating func type(_ text: String, from: String, to: String) -> [Action] {
        let reference = UInt16(truncatingIfNeeded: nextNumber())
        guard let segments = try? Segmenter(settings.profile).segments(of: text, reference: reference).segments else {
            return [.happened(.refused(from: from, to: to, .invalidMessageLength))]
        }
        let reply = nextNumber()
        replies[reply] = Reply(from: from, to: to, open: segments.count)
        return segments.map { segment in
            let message = DeliverSM(
                segment, from: .international(from), to: .international(to), registeredDelivery: .none)
            return deliver(message, reply: reply)
        }
    }

    /// Sends anything to the ESME.
    package mutating func inject(_ message: DeliverSM) -> Action {
        deliver(message, reply: nil)
    }

    private mutating func deliver(_ message: DeliverSM, reply: Int64?) -> Action {
        let token = SubmitToken(rawValue: nextNumber())
        deliveries[token] = Delivery(message: message, reply: reply)
        return .deliver(message, token)
    }

    // MARK: From the ESME

    /// The ESME submits a segment.
    package mutating func submitted(_ message: SubmitSM, _ submission: Submission, now: Milliseconds) -> [Action] {
        func refuse(_ status: CommandStatus) -> [Action] {
            [.answer(submission, status, messageID: ""), .happened(.submitted(message, status))]
        }
        if throttled > 0 {
            throttled -= 1
            return refuse(.throttled)
        }
        let number = message.destination.value
        let conduct = handsets[number, default: Handset()].conduct
        switch conduct {
        case .silent:
            return [.happened(.submitted(message, nil))]
        case .refuses(let status, let times) where times > 0:
            handsets[number]?.conduct = times > 1 ? .refuses(status, times: times - 1) : .normal
            return refuse(status)
        case .normal, .early, .fails, .refuses: break
        }
        let landed = Landed(message: message, messageID: nextNumber())
        let answer: [Action] = [
            .answer(submission, .ok, messageID: response(landed.messageID)), .happened(.submitted(message, .ok))
        ]
        switch conduct {
        case .fails:
            return answer + receipt(for: landed, .undeliverable)
        case .early:
            return receipt(for: landed, .delivered) + answer + show(landed, at: number, now: now)
        case .normal, .silent, .refuses:
            guard handsets[number]?.isOn ?? true else {
                handsets[number]?.stored.append(landed)
                return answer
            }
            return answer + land(landed, at: number, now: now)
        }
    }

    private mutating func land(_ landed: Landed, at number: String, now: Milliseconds) -> [Action] {
        show(landed, at: number, now: now) + receipt(for: landed, .delivered)
    }

    private mutating func show(_ landed: Landed, at number: String, now: Milliseconds) -> [Action] {
        let message = landed.message
        let part = MessagePart(message, profile: settings.profile)
        let result = handsets[number, default: Handset()].reassembler.add(
            part, from: message.source, to: message.destination, tag: landed.messageID, now: now)
        guard let text = result.whole?.text else { return [] }
        return [.happened(.text(to: number, from: message.source.value, text: text))]
    }

    private func response(_ id: Int64) -> String {
        switch settings.messageIDs {
        case .same, .hexDecimal: String(id + 0xA0_0000, radix: 16)
        case .none: "msg_id_not_implemented"
        }
    }

    private mutating func receipt(for landed: Landed, _ state: DeliveryState) -> [Action] {
        let message = landed.message
        guard message.registeredDelivery.wantsReceipt(delivered: state == .delivered) else { return [] }
        let id: String
        switch settings.messageIDs {
        case .same: id = response(landed.messageID)
        case .hexDecimal: id = String(landed.messageID + 0xA0_0000)
        case .none: id = "other-\(landed.messageID)"
        }
        var receipt = DeliveryReceipt(messageID: id, state: state, error: state == .delivered ? nil : "011")
        receipt.userMessageReference = message.optional.userMessageReference.map { $0 & 0xFF }
        let report = receipt.message(recipient: message.destination, sender: message.source)
        guard settings.receiptDelay > 0 else { return [deliver(report, reply: nil)] }
        let number = nextNumber()
        receipts[number] = report
        return [.receipt(number, after: settings.receiptDelay)]
    }

    /// The time of `receipt` has come.
    package mutating func receiptDue(_ number: Int64) -> [Action] {
        receipts.removeValue(forKey: number).map { [deliver($0, reply: nil)] } ?? []
    }

    // MARK: What the ESME did with a message

    package mutating func taken(_ token: SubmitToken) -> [Action] {
        guard let reply = deliveries.removeValue(forKey: token)?.reply, var whole = replies[reply] else { return [] }
        whole.open -= 1
        replies[reply] = whole.open > 0 ? whole : nil
        return whole.open > 0 ? [] : [.happened(.taken(from: whole.from, to: whole.to))]
    }

    /// A temporary refusal, and no answer, bring it again; others end it.
    package mutating func refused(_ token: SubmitToken, _ status: CommandStatus?) -> [Action] {
        guard let delivery = deliveries[token] else { return [] }
        if status.map({ $0.disposition() != .failMessage }) ?? true {
            return [.redeliver(token, after: settings.redelivery)]
        }
        deliveries[token] = nil
        guard let reply = delivery.reply, let whole = replies.removeValue(forKey: reply) else { return [] }
        return [.happened(.refused(from: whole.from, to: whole.to, status ?? .unknownError))]
    }

    /// The time of `redeliver` has come.
    package func deliveryDue(_ token: SubmitToken) -> [Action] {
        deliveries[token].map { [.deliver($0.message, token)] } ?? []
    }
}
