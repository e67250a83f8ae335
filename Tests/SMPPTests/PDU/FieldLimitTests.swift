import Testing

@testable import SMPP

/// The sizes of SMPP 3.4 §4, when writing and when reading.
struct FieldLimitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var field: FieldError.Field
        /// Octets without the NUL.
        var longest: Int
        var body: @Sendable (String) -> PDU.Body

        var testDescription: String { field.rawValue }
    }

    private static func message(_ change: (inout ShortMessage) -> Void) -> PDU.Body {
        var message = ShortMessage(source: .none, destination: .none)
        change(&message)
        return .submitSM(message)
    }

    private static func address(_ value: String) -> SMEAddress {
        SMEAddress(value, typeOfNumber: .unknown, numberingPlan: .unknown)
    }

    static let cases: [Case] = [
        Case(field: .systemID, longest: 15) { .bind(Bind(mode: .receiver, systemID: $0, password: "")) },
        Case(field: .password, longest: 8) { .bind(Bind(mode: .receiver, systemID: "", password: $0)) },
        Case(field: .systemType, longest: 12) {
            .bind(Bind(mode: .receiver, systemID: "", password: "", systemType: $0))
        },
        Case(field: .addressRange, longest: 40) {
            .bind(Bind(mode: .receiver, systemID: "", password: "", addressRange: address($0)))
        },
        Case(field: .serviceType, longest: 5) { text in message { $0.serviceType = text } },
        Case(field: .source, longest: 20) { text in message { $0.source = address(text) } },
        Case(field: .destination, longest: 20) { text in message { $0.destination = address(text) } },
        Case(field: .scheduleDeliveryTime, longest: 16) { text in message { $0.scheduleDeliveryTime = text } },
        Case(field: .validityPeriod, longest: 16) { text in message { $0.validityPeriod = text } },
        Case(field: .messageID, longest: 64) { .submitSMResponse(MessageResponse(messageID: $0)) },
        Case(field: .source, longest: 64) { .dataSM(DataSM(source: address($0), destination: .none)) },
        Case(field: .destination, longest: 64) { .dataSM(DataSM(source: .none, destination: address($0))) }
    ]

    @Test(arguments: cases)
    func `a full field goes out, a longer one doesn't`(limit: Case) throws {
        let full = PDU(limit.body(String(repeating: "x", count: limit.longest)), sequence: 1)
        var decoder = PDUDecoder()
        decoder.feed(try full.encoded())
        #expect(try decoder.next() == full)

        let long = PDU(limit.body(String(repeating: "x", count: limit.longest + 1)), sequence: 1)
        #expect(throws: FieldError(field: limit.field, problem: .tooLong)) { try long.encoded() }
    }

    @Test(arguments: cases)
    func `a longer field is refused when it comes`(limit: Case) throws {
        let mark = String(repeating: "\u{01}", count: limit.longest)
        var octets = try PDU(limit.body(mark), sequence: 1).encoded()
        // One more octet into the marked field.
        let start = try #require(octets.indices.first { octets[$0...].starts(with: Array(mark.utf8)) })
        octets.insert(1, at: start)
        octets[3] += 1
        var decoder = PDUDecoder()
        decoder.feed(octets)
        let body = try #require(try decoder.next()).body
        guard case .malformed(_, let error) = body else {
            Issue.record("accepted")
            return
        }
        #expect(error == FieldError(field: limit.field, problem: .tooLong))
    }

    @Test(arguments: cases)
    func `what has no octet isn't written`(limit: Case) {
        for text in ["日", "a\u{0}b", "€"] {
            #expect(throws: FieldError(field: limit.field, problem: .notRepresentable)) {
                try PDU(limit.body(text), sequence: 1).encoded()
            }
        }
    }

    @Test func `short_message takes 254 octets`() throws {
        var message = ShortMessage(source: .none, destination: .none, content: Array(repeating: 0x41, count: 254))
        var octets = try PDU(.submitSM(message), sequence: 1).encoded()
        message.content.append(0x41)
        #expect(throws: FieldError(field: .shortMessage, problem: .tooLong)) {
            try PDU(.submitSM(message), sequence: 1).encoded()
        }
        // sm_length is the octet before the text.
        octets[octets.count - 255] = 255
        let pdu = PDU(command: .submitSM, status: .ok, sequence: 1, octets: Array(octets[16...]) + [0x41])
        #expect(pdu.body == .malformed(.submitSM, FieldError(field: .shortMessage, problem: .tooLong)))
    }

    @Test(arguments: [[0x04], [0x04, 0x24, 0x00], [0x04, 0x24, 0x00, 0x02, 0x41]] as [[UInt8]])
    func `optional parameters that end early are refused`(tail: [UInt8]) throws {
        let octets = try PDU(.submitSM(ShortMessage(source: .none, destination: .none)), sequence: 1).encoded()
        let pdu = PDU(command: .submitSM, status: .ok, sequence: 1, octets: Array(octets[16...]) + tail)
        #expect(pdu.body == .malformed(.submitSM, FieldError(field: .optionalParameters, problem: .truncated)))
    }

    @Test func `a value of 64 KiB is too long for a parameter`() {
        let optional = OptionalParameters([TLV(.messagePayload, Array(repeating: 0, count: 65_536))])
        let message = ShortMessage(source: .none, destination: .none, optional: optional)
        #expect(throws: FieldError(field: .optionalParameters, problem: .tooLong)) {
            try PDU(.submitSM(message), sequence: 1).encoded()
        }
    }

    @Test func `malformed PDUs are never sent`() {
        let error = FieldError(field: .source, problem: .tooLong)
        #expect(throws: FieldError(field: .wholePDU, problem: .notSendable)) {
            try PDU(.malformed(.submitSM, error), sequence: 1).encoded()
        }
    }
}
