/// One protocol data unit (SMPP 3.4 §3.2).
package struct PDU: Hashable, Sendable {
    /// The longest PDU we read or write, in octets with its header.
    package static let maximumLength = 65_536
    /// The header's octets.
    package static let headerLength = 16

    package var status: CommandStatus
    /// 1…0x7FFFFFFF by the book; whatever the peer chose, its answer repeats it.
    package var sequence: UInt32
    package var body: Body

    package init(_ body: Body, sequence: UInt32, status: CommandStatus = .ok) {
        self.status = status
        self.sequence = sequence
        self.body = body
    }

    package enum Body: Hashable, Sendable {
        case bind(Bind)
        case bindResponse(BindResponse)
        case submitSM(SubmitSM)
        case submitSMResponse(MessageResponse)
        case deliverSM(DeliverSM)
        case deliverSMResponse(MessageResponse)
        case dataSM(DataSM)
        case dataSMResponse(MessageResponse)
        case alertNotification(AlertNotification)
        case enquireLink
        case enquireLinkResponse
        case unbind
        case unbindResponse
        case genericNack
        /// A command without a case of its own, its body untouched: query_sm, cancel_sm, replace_sm, unknown ones.
        case other(Raw)
        /// A known command whose body breaks the rules. Never sent.
        case malformed(CommandID, FieldError)
    }

    /// A command with its octets.
    package struct Raw: Hashable, Sendable {
        package var command: CommandID
        package var octets: [UInt8]

        package init(_ command: CommandID, octets: [UInt8] = []) {
            self.command = command
            self.octets = octets
        }
    }

    package var command: CommandID {
        switch body {
        case .bind(let bind): bind.mode.command
        case .bindResponse(let response): response.mode.command.response
        case .submitSM: .submitSM
        case .submitSMResponse: .submitSM.response
        case .deliverSM: .deliverSM
        case .deliverSMResponse: .deliverSM.response
        case .dataSM: .dataSM
        case .dataSMResponse: .dataSM.response
        case .alertNotification: .alertNotification
        case .enquireLink: .enquireLink
        case .enquireLinkResponse: .enquireLink.response
        case .unbind: .unbind
        case .unbindResponse: .unbind.response
        case .genericNack: .genericNack
        case .other(let raw): raw.command
        case .malformed(let command, _): command
        }
    }
}

extension PDU.Raw: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Raw(\(command), \(octets.count) octets)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

extension PDU: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Command, sequence and status, nothing of the body.
    package var description: String { "\(command) #\(sequence) \(status)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
