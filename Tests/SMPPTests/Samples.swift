@testable import SMPP

/// PDUs of every kind, for round trips.
enum Samples {
    static func message(_ random: inout Seeded) -> ShortMessage {
        var message = ShortMessage(
            source: address(&random, longest: 20), destination: address(&random, longest: 20),
            content: random.octets(0...254), dataCoding: DataCoding(rawValue: .random(in: 0...255, using: &random)),
            esmClass: ESMClass(rawValue: .random(in: 0...255, using: &random)),
            registeredDelivery: RegisteredDelivery(rawValue: .random(in: 0...255, using: &random)),
            serviceType: random.latin1(upTo: 5), validityPeriod: random.latin1(upTo: 16),
            optional: optional(&random))
        message.protocolID = .random(in: 0...255, using: &random)
        message.priority = .random(in: 0...255, using: &random)
        message.scheduleDeliveryTime = random.latin1(upTo: 16)
        message.replaceIfPresent = .random(in: 0...255, using: &random)
        message.defaultMessageID = .random(in: 0...255, using: &random)
        return message
    }

    static func address(_ random: inout Seeded, longest: Int) -> SMEAddress {
        SMEAddress(
            random.latin1(upTo: longest), typeOfNumber: TypeOfNumber(rawValue: .random(in: 0...255, using: &random)),
            numberingPlan: NumberingPlan(rawValue: .random(in: 0...255, using: &random)))
    }

    static func optional(_ random: inout Seeded) -> OptionalParameters {
        OptionalParameters(
            (0..<Int.random(in: 0...4, using: &random)).map { _ in
                TLV(TLV.Tag(rawValue: .random(in: 0...0xFFFF, using: &random)), random.octets(0...300))
            })
    }

    static func response(_ random: inout Seeded) -> MessageResponse {
        MessageResponse(messageID: random.latin1(upTo: 64), optional: optional(&random))
    }

    static func body(_ kind: Int, _ random: inout Seeded) -> PDU.Body {
        let mode = BindMode.allCases[Int.random(in: 0...2, using: &random)]
        switch kind {
        case 0:
            return .bind(
                Bind(
                    mode: mode, systemID: random.latin1(upTo: 15), password: random.latin1(upTo: 8),
                    systemType: random.latin1(upTo: 12), interfaceVersion: .random(in: 0...255, using: &random),
                    addressRange: address(&random, longest: 40)))
        case 1:
            return .bindResponse(
                BindResponse(mode: mode, systemID: random.latin1(upTo: 15), optional: optional(&random)))
        case 2: return .submitSM(message(&random))
        case 3: return .submitSMResponse(response(&random))
        case 4: return .deliverSM(message(&random))
        case 5: return .deliverSMResponse(response(&random))
        case 6:
            return .dataSM(
                DataSM(
                    source: address(&random, longest: 64), destination: address(&random, longest: 64),
                    dataCoding: .ucs2, esmClass: .userDataHeader, registeredDelivery: .finalReceipt,
                    serviceType: random.latin1(upTo: 5), optional: optional(&random)))
        case 7: return .dataSMResponse(response(&random))
        case 8:
            return .alertNotification(
                AlertNotification(
                    source: address(&random, longest: 64), destination: address(&random, longest: 64),
                    optional: optional(&random)))
        case 9: return .enquireLink
        case 10: return .enquireLinkResponse
        case 11: return .unbind
        case 12: return .unbindResponse
        case 13: return .genericNack
        default: return .other(PDU.Raw(CommandID(rawValue: 0x77), octets: random.octets(0...40)))
        }
    }

    static let kindCount = 15
}
