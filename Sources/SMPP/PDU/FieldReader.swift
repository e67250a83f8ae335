import Wire

/// Reads the fields of one PDU body within SMPP's limits, naming the field that fails.
struct FieldReader {
    private var reader: ByteReader

    init(_ body: [UInt8]) {
        reader = ByteReader(body)
    }

    var isAtEnd: Bool { reader.isAtEnd }

    mutating func octet(_ field: FieldError.Field) throws(FieldError) -> UInt8 {
        do {
            return try reader.u8()
        } catch {
            throw FieldError(field: field, problem: .truncated)
        }
    }

    /// `max`: octets with the closing NUL.
    mutating func string(_ field: FieldError.Field, max: Int) throws(FieldError) -> String {
        do {
            return String(octets: try reader.cString(max: max))
        } catch {
            throw FieldError(field: field, problem: error == .truncated ? .truncated : .tooLong)
        }
    }

    /// `max`: octets of the address with the closing NUL: 21, or 65 in data_sm and alert_notification.
    mutating func address(_ field: FieldError.Field, max: Int) throws(FieldError) -> SMEAddress {
        let typeOfNumber = TypeOfNumber(rawValue: try octet(field))
        let numberingPlan = NumberingPlan(rawValue: try octet(field))
        let value = try string(field, max: max)
        return SMEAddress(value, typeOfNumber: typeOfNumber, numberingPlan: numberingPlan)
    }

    /// sm_length and short_message.
    mutating func shortMessage() throws(FieldError) -> [UInt8] {
        let length = Int(try octet(.shortMessage))
        guard length <= ShortMessage.maximumContent else {
            throw FieldError(field: .shortMessage, problem: .tooLong)
        }
        do {
            return try reader.bytes(length)
        } catch {
            throw FieldError(field: .shortMessage, problem: .truncated)
        }
    }

    /// Everything that is left, as optional parameters.
    mutating func optionalParameters() throws(FieldError) -> OptionalParameters {
        var all: [TLV] = []
        while !reader.isAtEnd {
            do {
                let tag = TLV.Tag(rawValue: try reader.u16())
                let length = Int(try reader.u16())
                all.append(TLV(tag, try reader.bytes(length)))
            } catch {
                throw FieldError(field: .optionalParameters, problem: .truncated)
            }
        }
        return OptionalParameters(all)
    }
}
