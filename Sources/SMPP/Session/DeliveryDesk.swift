/// Names one message from the peer until it is answered.
package struct DeliveryTicket: Hashable, Sendable {
    package let sequence: UInt32
    let command: CommandID
    let serial: UInt64
}

/// Messages from the peer that wait for our answer.
struct DeliveryDesk: Sendable {
    private let limit: Int
    private var waiting: Set<DeliveryTicket> = []
    private var serial: UInt64 = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { waiting.isEmpty }

    /// Nil when too many wait already.
    mutating func admit(sequence: UInt32, command: CommandID) -> DeliveryTicket? {
        guard waiting.count < limit else { return nil }
        serial += 1
        let ticket = DeliveryTicket(sequence: sequence, command: command, serial: serial)
        waiting.insert(ticket)
        return ticket
    }

    /// The answer to send, nil when the ticket isn't waiting.
    mutating func answer(
        _ ticket: DeliveryTicket, _ status: CommandStatus, messageID: String = ""
    ) -> PDU? {
        guard waiting.remove(ticket) != nil else { return nil }
        return PDU.response(to: ticket.command, sequence: ticket.sequence, status: status, messageID: messageID)
    }

    mutating func clear() {
        waiting = []
    }
}

extension PDU {
    /// The response to a message, whether or not a case of its own exists for the command.
    static func response(
        to command: CommandID, sequence: UInt32, status: CommandStatus, messageID: String = ""
    ) -> PDU {
        let response = MessageResponse(messageID: messageID)
        let body: Body =
            switch command {
            case .submitSM: .submitSMResponse(response)
            case .deliverSM: .deliverSMResponse(response)
            case .dataSM: .dataSMResponse(response)
            case .bindTransmitter: .bindResponse(BindResponse(mode: .transmitter))
            case .bindReceiver: .bindResponse(BindResponse(mode: .receiver))
            case .bindTransceiver: .bindResponse(BindResponse(mode: .transceiver))
            case .enquireLink: .enquireLinkResponse
            case .unbind: .unbindResponse
            default: .genericNack
            }
        return PDU(body, sequence: sequence, status: status)
    }
}
