/// The body of submit_sm_resp, deliver_sm_resp and data_sm_resp (SMPP 3.4 §4.4.2). Error responses may have none.
package struct MessageResponse: Hashable, Sendable {
    /// At most 64 octets; empty in deliver_sm_resp and in most refusals.
    package var messageID: String
    package var optional: OptionalParameters

    package init(messageID: String = "", optional: OptionalParameters = .init()) {
        self.messageID = messageID
        self.optional = optional
    }
}

extension MessageResponse {
    init(from reader: inout FieldReader) throws(FieldError) {
        messageID = reader.isAtEnd ? "" : try reader.string(.messageID, max: 65)
        optional = try reader.optionalParameters()
    }

    func write(into writer: inout FieldWriter) throws(FieldError) {
        try writer.string(messageID, .messageID, max: 65)
        try writer.optionalParameters(optional)
    }
}

/// alert_notification: a subscriber became reachable (SMPP 3.4 §4.12.1). Has no response.
package struct AlertNotification: Hashable, Sendable {
    /// The subscriber; at most 64 octets.
    package var source: SMEAddress
    /// The ESME that asked; at most 64 octets.
    package var destination: SMEAddress
    package var optional: OptionalParameters

    package init(source: SMEAddress, destination: SMEAddress, optional: OptionalParameters = .init()) {
        self.source = source
        self.destination = destination
        self.optional = optional
    }
}

extension AlertNotification {
    init(from reader: inout FieldReader) throws(FieldError) {
        source = try reader.address(.source, max: 65)
        destination = try reader.address(.destination, max: 65)
        optional = try reader.optionalParameters()
    }

    func write(into writer: inout FieldWriter) throws(FieldError) {
        try writer.address(source, .source, max: 65)
        try writer.address(destination, .destination, max: 65)
        try writer.optionalParameters(optional)
    }
}
