import Wire

/// Writes the fields of one PDU within SMPP's limits, naming the field that fails.
struct FieldWriter {
    private var writer: ByteWriter

    /// Starts with the header; its length is filled in by `finish`.
    init(command: CommandID, status: CommandStatus, sequence: UInt32) {
        writer = ByteWriter(capacity: 256)
        writer.u32(0)
        writer.u32(command.rawValue)
        writer.u32(status.rawValue)
        writer.u32(sequence)
    }

    mutating func finish() throws(FieldError) -> [UInt8] {
        guard writer.count <= PDU.maximumLength else { throw FieldError(field: .wholePDU, problem: .tooLong) }
        writer.overwrite(u32: UInt32(writer.count), at: 0)
        return writer.bytes
    }

    mutating func octet(_ value: UInt8) {
        writer.u8(value)
    }

    mutating func octets(_ value: [UInt8]) {
        writer.bytes(value)
    }

    /// `max`: octets with the closing NUL.
    mutating func string(_ value: String, _ field: FieldError.Field, max: Int) throws(FieldError) {
        guard let octets = value.octets else { throw FieldError(field: field, problem: .notRepresentable) }
        guard octets.count < max else { throw FieldError(field: field, problem: .tooLong) }
        writer.bytes(octets)
        writer.u8(0)
    }

    mutating func address(_ value: SMEAddress, _ field: FieldError.Field, max: Int) throws(FieldError) {
        writer.u8(value.typeOfNumber.rawValue)
        writer.u8(value.numberingPlan.rawValue)
        try string(value.value, field, max: max)
    }

    mutating func shortMessage(_ content: [UInt8]) throws(FieldError) {
        guard content.count <= ShortMessage.maximumContent else {
            throw FieldError(field: .shortMessage, problem: .tooLong)
        }
        writer.u8(UInt8(content.count))
        writer.bytes(content)
    }

    mutating func optionalParameters(_ parameters: OptionalParameters) throws(FieldError) {
        for tlv in parameters.all {
            guard let length = UInt16(exactly: tlv.value.count) else {
                throw FieldError(field: .optionalParameters, problem: .tooLong)
            }
            writer.u16(tlv.tag.rawValue)
            writer.u16(length)
            writer.bytes(tlv.value)
        }
    }
}
