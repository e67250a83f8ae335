import Testing
import Wire

@testable import SMPP

/// Octets on the wire and what they mean.
struct PDUFixture: Sendable, CustomTestStringConvertible {
    var name: String
    /// Hexadecimal; spaces for the reader.
    var hex: String
    var pdu: PDU

    var testDescription: String { name }
    var octets: [UInt8] { Hex.decode(hex.filter { $0 != " " }) ?? [] }

    static let all: [PDUFixture] = [
        PDUFixture(
            name: "bind_transceiver",
            hex: "0000001e 00000009 00000000 00000001 657300 707700 73797300 34 00 00 00",
            pdu: PDU(.bind(Bind(mode: .transceiver, systemID: "es", password: "pw", systemType: "sys")), sequence: 1)),
        PDUFixture(
            name: "bind_transceiver_resp",
            hex: "0000001a 80000009 00000000 00000001 736d736300 0210000134",
            pdu: PDU(
                .bindResponse(
                    BindResponse(
                        mode: .transceiver, systemID: "smsc",
                        optional: OptionalParameters([TLV(.interfaceVersion, [0x34])]))),
                sequence: 1)),
        PDUFixture(
            name: "bind_transceiver_resp, refused, without body",
            hex: "00000010 80000009 0000000e 00000001",
            pdu: PDU(.bindResponse(BindResponse(mode: .transceiver)), sequence: 1, status: .invalidPassword)),
        PDUFixture(
            name: "submit_sm with user data header, UTF-16 and validity",
            hex: """
                0000004e 00000004 00000000 00000002 00 0500 486f6f706f6500 0101 3439313531323334353637383900 40 00 00 00 \
                3030303030313030303030303030305200 01 00 08 00 0a 050003070201 0048 0069
                """,
            pdu: PDU(
                .submitSM(
                    ShortMessage(
                        source: .alphanumeric("Hoopoe"), destination: .international("4915123456789"),
                        content: [5, 0, 3, 7, 2, 1, 0, 0x48, 0, 0x69], dataCoding: .ucs2, esmClass: .userDataHeader,
                        registeredDelivery: .finalReceipt, validityPeriod: "000001000000000R")),
                sequence: 2)),
        PDUFixture(
            name: "submit_sm_resp",
            hex: "00000015 80000004 00000000 00000002 3366326100",
            pdu: PDU(.submitSMResponse(MessageResponse(messageID: "3f2a")), sequence: 2)),
        PDUFixture(
            name: "submit_sm_resp, throttled, without body",
            hex: "00000010 80000004 00000058 00000003",
            pdu: PDU(.submitSMResponse(MessageResponse()), sequence: 3, status: .throttled)),
        PDUFixture(
            name: "deliver_sm with receipt, vendor parameter kept",
            hex: """
                00000058 00000005 00000000 7fffffff 434d5400 0101 3439313531323334353637383900 0000 3130303000 04 00 00 00 \
                00 00 00 02 00 11 69643a3120737461743a44454c49565244 0427000102 001e00023100 14010003aabbcc
                """,
            pdu: PDU(
                .deliverSM(
                    ShortMessage(
                        source: .international("4915123456789"),
                        destination: SMEAddress("1000", typeOfNumber: .unknown, numberingPlan: .unknown),
                        content: Array("id:1 stat:DELIVRD".utf8), dataCoding: DataCoding(rawValue: 2),
                        esmClass: .deliveryReceipt, serviceType: "CMT",
                        optional: OptionalParameters([
                            TLV(.messageState, [2]), TLV(.receiptedMessageID, [0x31, 0]),
                            TLV(TLV.Tag(rawValue: 0x1401), [0xAA, 0xBB, 0xCC])
                        ]))),
                sequence: 0x7FFF_FFFF)),
        PDUFixture(
            name: "deliver_sm_resp",
            hex: "00000011 80000005 00000000 7fffffff 00",
            pdu: PDU(.deliverSMResponse(MessageResponse()), sequence: 0x7FFF_FFFF)),
        PDUFixture(
            name: "data_sm",
            hex: "00000028 00000103 00000000 00000009 00 0101 34393100 0101 34393200 00 01 08 04240004 00410042",
            pdu: PDU(
                .dataSM(
                    DataSM(
                        source: .international("491"), destination: .international("492"), dataCoding: .ucs2,
                        registeredDelivery: .finalReceipt,
                        optional: OptionalParameters([TLV(.messagePayload, [0, 0x41, 0, 0x42])]))),
                sequence: 9)),
        PDUFixture(
            name: "data_sm_resp, redelivery wanted",
            hex: "00000010 80000103 00000064 00000009",
            pdu: PDU(.dataSMResponse(MessageResponse()), sequence: 9, status: .temporaryReceiverError)),
        PDUFixture(
            name: "alert_notification",
            hex: "00000022 00000102 00000000 0000000a 0101 34393100 0000 3130303000 0422000100",
            pdu: PDU(
                .alertNotification(
                    AlertNotification(
                        source: .international("491"),
                        destination: SMEAddress("1000", typeOfNumber: .unknown, numberingPlan: .unknown),
                        optional: OptionalParameters([TLV(.availabilityStatus, [0])]))),
                sequence: 10)),
        PDUFixture(
            name: "enquire_link", hex: "00000010 00000015 00000000 0000000b",
            pdu: PDU(.enquireLink, sequence: 11)),
        PDUFixture(
            name: "enquire_link_resp", hex: "00000010 80000015 00000000 0000000b",
            pdu: PDU(.enquireLinkResponse, sequence: 11)),
        PDUFixture(name: "unbind", hex: "00000010 00000006 00000000 0000000c", pdu: PDU(.unbind, sequence: 12)),
        PDUFixture(
            name: "unbind_resp", hex: "00000010 80000006 00000000 0000000c", pdu: PDU(.unbindResponse, sequence: 12)),
        PDUFixture(
            name: "generic_nack", hex: "00000010 80000000 00000003 0000000d",
            pdu: PDU(.genericNack, sequence: 13, status: .invalidCommandID)),
        PDUFixture(
            name: "query_sm kept raw", hex: "0000001b 00000003 00000000 0000000e 3366326100 0101 34393100",
            pdu: PDU(
                .other(PDU.Raw(.querySM, octets: [0x33, 0x66, 0x32, 0x61, 0, 1, 1, 0x34, 0x39, 0x31, 0])), sequence: 14)
        ),
        PDUFixture(
            name: "unknown command kept raw", hex: "00000014 00000077 00000000 0000000f deadbeef",
            pdu: PDU(.other(PDU.Raw(CommandID(rawValue: 0x77), octets: [0xDE, 0xAD, 0xBE, 0xEF])), sequence: 15))
    ]
}
