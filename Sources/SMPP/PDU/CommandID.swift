/// What a PDU asks or answers (SMPP 3.4 §5.1.2.1). Open: unknown commands keep their number.
package struct CommandID: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let bindReceiver = CommandID(rawValue: 0x01)
    package static let bindTransmitter = CommandID(rawValue: 0x02)
    package static let querySM = CommandID(rawValue: 0x03)
    package static let submitSM = CommandID(rawValue: 0x04)
    package static let deliverSM = CommandID(rawValue: 0x05)
    package static let unbind = CommandID(rawValue: 0x06)
    package static let replaceSM = CommandID(rawValue: 0x07)
    package static let cancelSM = CommandID(rawValue: 0x08)
    package static let bindTransceiver = CommandID(rawValue: 0x09)
    package static let outbind = CommandID(rawValue: 0x0B)
    package static let enquireLink = CommandID(rawValue: 0x15)
    package static let submitMulti = CommandID(rawValue: 0x21)
    package static let alertNotification = CommandID(rawValue: 0x102)
    package static let dataSM = CommandID(rawValue: 0x103)
    package static let genericNack = CommandID(rawValue: 0x8000_0000)

    /// Whether the top bit marks this as an answer.
    package var isResponse: Bool {
        rawValue & 0x8000_0000 != 0
    }

    /// The command that answers this one.
    package var response: CommandID {
        CommandID(rawValue: rawValue | 0x8000_0000)
    }
}

extension CommandID: CustomStringConvertible {
    package var description: String {
        guard self != .genericNack else { return "generic_nack" }
        let request = CommandID(rawValue: rawValue & 0x7FFF_FFFF)
        let name =
            switch request {
            case .bindReceiver: "bind_receiver"
            case .bindTransmitter: "bind_transmitter"
            case .querySM: "query_sm"
            case .submitSM: "submit_sm"
            case .deliverSM: "deliver_sm"
            case .unbind: "unbind"
            case .replaceSM: "replace_sm"
            case .cancelSM: "cancel_sm"
            case .bindTransceiver: "bind_transceiver"
            case .outbind: "outbind"
            case .enquireLink: "enquire_link"
            case .submitMulti: "submit_multi"
            case .alertNotification: "alert_notification"
            case .dataSM: "data_sm"
            default: "command_0x" + String(request.rawValue, radix: 16)
            }
        return isResponse ? name + "_resp" : name
    }
}
