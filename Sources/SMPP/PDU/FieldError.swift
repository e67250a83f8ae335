/// A field that breaks SMPP's limits, when reading or writing.
package struct FieldError: Error, Hashable, Sendable {
    package var field: Field
    package var problem: Problem

    package enum Problem: Hashable, Sendable {
        /// The PDU ended within the field.
        case truncated
        case tooLong
        /// A character that has no octet.
        case notRepresentable
        /// A PDU of ours must not be sent so: malformed ones have no encoding.
        case notSendable
    }

    /// Named as in SMPP 3.4 §4.
    package enum Field: String, Hashable, Sendable {
        case systemID = "system_id"
        case password
        case systemType = "system_type"
        case interfaceVersion = "interface_version"
        case addressRange = "address_range"
        case serviceType = "service_type"
        case source = "source_addr"
        case destination = "destination_addr"
        case flags
        case scheduleDeliveryTime = "schedule_delivery_time"
        case validityPeriod = "validity_period"
        case shortMessage = "short_message"
        case messageID = "message_id"
        case optionalParameters = "optional parameters"
        case wholePDU = "command_length"
    }

    /// How to answer a request with such a field.
    package var status: CommandStatus {
        switch field {
        case .systemID: .invalidSystemID
        case .password: .invalidPassword
        case .systemType: .invalidSystemType
        case .serviceType: .invalidServiceType
        case .source: .invalidSource
        case .destination: .invalidDestination
        case .scheduleDeliveryTime: .invalidSchedule
        case .validityPeriod: .invalidExpiry
        case .shortMessage: .invalidMessageLength
        case .messageID: .invalidMessageID
        case .optionalParameters: .invalidTLVStream
        case .interfaceVersion, .addressRange, .flags, .wholePDU: .invalidCommandLength
        }
    }
}
