/// What a bound ESME may do.
package enum BindMode: Hashable, Sendable, CaseIterable {
    case transmitter
    case receiver
    case transceiver

    /// May send submit_sm.
    package var transmits: Bool { self != .receiver }
    /// May be sent deliver_sm.
    package var receives: Bool { self != .transmitter }

    package var command: CommandID {
        switch self {
        case .transmitter: .bindTransmitter
        case .receiver: .bindReceiver
        case .transceiver: .bindTransceiver
        }
    }
}

/// bind_transmitter, bind_receiver or bind_transceiver (SMPP 3.4 §4.1). Never shows its credentials when printed.
package struct Bind: Hashable, Sendable {
    package var mode: BindMode
    /// At most 15 octets.
    package var systemID: String
    /// At most 8 octets.
    package var password: String
    /// At most 12 octets.
    package var systemType: String
    /// 0x34 for SMPP 3.4.
    package var interfaceVersion: UInt8
    /// Which addresses this ESME serves; at most 40 octets, mostly empty.
    package var addressRange: SMEAddress

    package init(
        mode: BindMode, systemID: String, password: String, systemType: String = "", interfaceVersion: UInt8 = 0x34,
        addressRange: SMEAddress = .none
    ) {
        self.mode = mode
        self.systemID = systemID
        self.password = password
        self.systemType = systemType
        self.interfaceVersion = interfaceVersion
        self.addressRange = addressRange
    }
}

extension Bind {
    init(mode: BindMode, from reader: inout FieldReader) throws(FieldError) {
        systemID = try reader.string(.systemID, max: 16)
        password = try reader.string(.password, max: 9)
        systemType = try reader.string(.systemType, max: 13)
        interfaceVersion = try reader.octet(.interfaceVersion)
        addressRange = try reader.address(.addressRange, max: 41)
        self.mode = mode
        // Optional parameters don't belong here, but some send them; they mean nothing.
        _ = try reader.optionalParameters()
    }

    func write(into writer: inout FieldWriter) throws(FieldError) {
        try writer.string(systemID, .systemID, max: 16)
        try writer.string(password, .password, max: 9)
        try writer.string(systemType, .systemType, max: 13)
        writer.octet(interfaceVersion)
        try writer.address(addressRange, .addressRange, max: 41)
    }
}

extension Bind: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "Bind(\(mode))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}

/// The answer to a bind (SMPP 3.4 §4.1.2). Never shows its system_id when printed.
package struct BindResponse: Hashable, Sendable {
    package var mode: BindMode
    /// The SMSC's name; some leave it empty.
    package var systemID: String
    package var optional: OptionalParameters

    package init(mode: BindMode, systemID: String = "", optional: OptionalParameters = .init()) {
        self.mode = mode
        self.systemID = systemID
        self.optional = optional
    }
}

extension BindResponse {
    init(mode: BindMode, from reader: inout FieldReader) throws(FieldError) {
        self.mode = mode
        systemID = reader.isAtEnd ? "" : try reader.string(.systemID, max: 16)
        optional = try reader.optionalParameters()
    }

    func write(into writer: inout FieldWriter) throws(FieldError) {
        try writer.string(systemID, .systemID, max: 16)
        try writer.optionalParameters(optional)
    }
}

extension BindResponse: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "BindResponse(\(mode))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
