/// A message towards the SMSC (SMPP 3.4 §4.4.1).
package typealias SubmitSM = ShortMessage
/// A message, receipt or notification from the SMSC (SMPP 3.4 §4.6.1).
package typealias DeliverSM = ShortMessage

/// The body that submit_sm and deliver_sm share. Shows neither addresses nor text when printed.
package struct ShortMessage: Hashable, Sendable {
    /// The most octets short_message takes; longer ones go into the message_payload parameter.
    package static let maximumContent = 254

    /// At most 5 octets, such as `CMT`; mostly empty.
    package var serviceType: String
    package var source: SMEAddress
    package var destination: SMEAddress
    package var esmClass: ESMClass
    package var protocolID: UInt8
    /// 0 lowest to 3.
    package var priority: UInt8
    /// Empty, or 16 octets of SMPP time.
    package var scheduleDeliveryTime: String
    /// Empty, or 16 octets of SMPP time; see `SMPPTime`.
    package var validityPeriod: String
    package var registeredDelivery: RegisteredDelivery
    package var replaceIfPresent: UInt8
    package var dataCoding: DataCoding
    package var defaultMessageID: UInt8
    /// At most 254 octets; starts with the user data header if `esmClass` says so.
    package var content: [UInt8]
    package var optional: OptionalParameters

    package init(
        source: SMEAddress, destination: SMEAddress, content: [UInt8] = [], dataCoding: DataCoding = .smscDefault,
        esmClass: ESMClass = .plain, registeredDelivery: RegisteredDelivery = .none, serviceType: String = "",
        validityPeriod: String = "", optional: OptionalParameters = .init()
    ) {
        self.serviceType = serviceType
        self.source = source
        self.destination = destination
        self.esmClass = esmClass
        protocolID = 0
        priority = 0
        scheduleDeliveryTime = ""
        self.validityPeriod = validityPeriod
        self.registeredDelivery = registeredDelivery
        replaceIfPresent = 0
        self.dataCoding = dataCoding
        defaultMessageID = 0
        self.content = content
        self.optional = optional
    }

    /// The octets of the message, wherever they are: short_message, else message_payload.
    package var payload: [UInt8] {
        content.isEmpty ? optional.messagePayload ?? [] : content
    }
}

extension ShortMessage {
    init(from reader: inout FieldReader) throws(FieldError) {
        serviceType = try reader.string(.serviceType, max: 6)
        source = try reader.address(.source, max: 21)
        destination = try reader.address(.destination, max: 21)
        esmClass = ESMClass(rawValue: try reader.octet(.flags))
        protocolID = try reader.octet(.flags)
        priority = try reader.octet(.flags)
        scheduleDeliveryTime = try reader.string(.scheduleDeliveryTime, max: 17)
        validityPeriod = try reader.string(.validityPeriod, max: 17)
        registeredDelivery = RegisteredDelivery(rawValue: try reader.octet(.flags))
        replaceIfPresent = try reader.octet(.flags)
        dataCoding = DataCoding(rawValue: try reader.octet(.flags))
        defaultMessageID = try reader.octet(.flags)
        content = try reader.shortMessage()
        optional = try reader.optionalParameters()
    }

    func write(into writer: inout FieldWriter) throws(FieldError) {
        try writer.string(serviceType, .serviceType, max: 6)
        try writer.address(source, .source, max: 21)
        try writer.address(destination, .destination, max: 21)
        writer.octet(esmClass.rawValue)
        writer.octet(protocolID)
        writer.octet(priority)
        try writer.string(scheduleDeliveryTime, .scheduleDeliveryTime, max: 17)
        try writer.string(validityPeriod, .validityPeriod, max: 17)
        writer.octet(registeredDelivery.rawValue)
        writer.octet(replaceIfPresent)
        writer.octet(dataCoding.rawValue)
        writer.octet(defaultMessageID)
        try writer.shortMessage(content)
        try writer.optionalParameters(optional)
    }
}

extension ShortMessage: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "ShortMessage(\(payload.count) octets)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
