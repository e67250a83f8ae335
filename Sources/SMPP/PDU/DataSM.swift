/// data_sm: a message whose text is always in message_payload (SMPP 3.4 §4.7.1). Shows neither addresses nor
/// text when printed.
package struct DataSM: Hashable, Sendable {
    /// At most 5 octets.
    package var serviceType: String
    /// At most 64 octets.
    package var source: SMEAddress
    /// At most 64 octets.
    package var destination: SMEAddress
    package var esmClass: ESMClass
    package var registeredDelivery: RegisteredDelivery
    package var dataCoding: DataCoding
    package var optional: OptionalParameters

    package init(
        source: SMEAddress, destination: SMEAddress, dataCoding: DataCoding = .smscDefault,
        esmClass: ESMClass = .plain, registeredDelivery: RegisteredDelivery = .none, serviceType: String = "",
        optional: OptionalParameters = .init()
    ) {
        self.serviceType = serviceType
        self.source = source
        self.destination = destination
        self.esmClass = esmClass
        self.registeredDelivery = registeredDelivery
        self.dataCoding = dataCoding
        self.optional = optional
    }
}

extension DataSM {
    init(from reader: inout FieldReader) throws(FieldError) {
        serviceType = try reader.string(.serviceType, max: 6)
        source = try reader.address(.source, max: 65)
        destination = try reader.address(.destination, max: 65)
        esmClass = ESMClass(rawValue: try reader.octet(.flags))
        registeredDelivery = RegisteredDelivery(rawValue: try reader.octet(.flags))
        dataCoding = DataCoding(rawValue: try reader.octet(.flags))
        optional = try reader.optionalParameters()
    }

    func write(into writer: inout FieldWriter) throws(FieldError) {
        try writer.string(serviceType, .serviceType, max: 6)
        try writer.address(source, .source, max: 65)
        try writer.address(destination, .destination, max: 65)
        writer.octet(esmClass.rawValue)
        writer.octet(registeredDelivery.rawValue)
        writer.octet(dataCoding.rawValue)
        try writer.optionalParameters(optional)
    }
}

extension ShortMessage {
    /// The same message in the shape that deliver_sm has.
    package init(_ data: DataSM) {
        self.init(
            source: data.source, destination: data.destination, dataCoding: data.dataCoding, esmClass: data.esmClass,
            registeredDelivery: data.registeredDelivery, serviceType: data.serviceType, optional: data.optional)
    }
}

extension DataSM: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "DataSM(\(optional.messagePayload?.count ?? 0) octets)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
