extension PDU {
    /// Reads a body whose header is known. Never fails: what can't be read becomes `.malformed`.
    init(command: CommandID, status: CommandStatus, sequence: UInt32, octets: [UInt8]) {
        let body: Body
        do throws(FieldError) {
            body = try Body(command: command, octets: octets)
        } catch {
            body = .malformed(command, error)
        }
        self.init(body, sequence: sequence, status: status)
    }

    /// The PDU on the wire.
    ///
    /// - Throws: `FieldError` when a field passes its limit or is not representable.
    package func encoded() throws(FieldError) -> [UInt8] {
        var writer = FieldWriter(command: command, status: status, sequence: sequence)
        switch body {
        case .bind(let bind): try bind.write(into: &writer)
        case .bindResponse(let response): if hasBody { try response.write(into: &writer) }
        case .submitSM(let message), .deliverSM(let message): try message.write(into: &writer)
        case .dataSM(let message): try message.write(into: &writer)
        case .submitSMResponse(let response), .deliverSMResponse(let response), .dataSMResponse(let response):
            if hasBody { try response.write(into: &writer) }
        case .alertNotification(let alert): try alert.write(into: &writer)
        case .enquireLink, .enquireLinkResponse, .unbind, .unbindResponse, .genericNack: break
        case .other(let raw): writer.octets(raw.octets)
        case .malformed: throw FieldError(field: .wholePDU, problem: .notSendable)
        }
        return try writer.finish()
    }

    /// Refusals go without a body unless they have something to say (SMPP 3.4 §4.4.2).
    private var hasBody: Bool {
        guard status != .ok else { return true }
        return switch body {
        case .bindResponse(let response): !response.systemID.isEmpty || !response.optional.isEmpty
        case .submitSMResponse(let response), .deliverSMResponse(let response), .dataSMResponse(let response):
            !response.messageID.isEmpty || !response.optional.isEmpty
        default: true
        }
    }
}

extension PDU.Body {
    init(command: CommandID, octets: [UInt8]) throws(FieldError) {
        var reader = FieldReader(octets)
        switch command {
        case .bindTransmitter: self = .bind(try Bind(mode: .transmitter, from: &reader))
        case .bindReceiver: self = .bind(try Bind(mode: .receiver, from: &reader))
        case .bindTransceiver: self = .bind(try Bind(mode: .transceiver, from: &reader))
        case .bindTransmitter.response: self = .bindResponse(try BindResponse(mode: .transmitter, from: &reader))
        case .bindReceiver.response: self = .bindResponse(try BindResponse(mode: .receiver, from: &reader))
        case .bindTransceiver.response: self = .bindResponse(try BindResponse(mode: .transceiver, from: &reader))
        case .submitSM: self = .submitSM(try ShortMessage(from: &reader))
        case .submitSM.response: self = .submitSMResponse(try MessageResponse(from: &reader))
        case .deliverSM: self = .deliverSM(try ShortMessage(from: &reader))
        case .deliverSM.response: self = .deliverSMResponse(try MessageResponse(from: &reader))
        case .dataSM: self = .dataSM(try DataSM(from: &reader))
        case .dataSM.response: self = .dataSMResponse(try MessageResponse(from: &reader))
        case .alertNotification: self = .alertNotification(try AlertNotification(from: &reader))
        // These have no body; octets that a peer adds anyway mean nothing.
        case .enquireLink: self = .enquireLink
        case .enquireLink.response: self = .enquireLinkResponse
        case .unbind: self = .unbind
        case .unbind.response: self = .unbindResponse
        case .genericNack: self = .genericNack
        default: self = .other(PDU.Raw(command, octets: octets))
        }
    }
}
