import Testing

@testable import SMPP

struct MessagePartTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var coding: UInt8
        var octets: [UInt8]
        var meaning = DefaultAlphabet.gsm
        var text: String?

        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "0 as GSM", coding: 0, octets: [0x00, 0x02, 0x11], text: "@$_"),
        Case(
            name: "0 as GSM, packed", coding: 0, octets: [0xE8, 0x32, 0x9B, 0xFD, 0x06], meaning: .gsmPacked,
            text: "hello"),
        Case(name: "0 as ASCII", coding: 0, octets: [0x40, 0x24, 0x5F], meaning: .ascii, text: "@$_"),
        Case(name: "0 as Latin-1", coding: 0, octets: [0x40, 0xFC], meaning: .latin1, text: "@ü"),
        Case(name: "1", coding: 1, octets: [0x40, 0x24], text: "@$"),
        Case(name: "2 is binary", coding: 2, octets: [0x40], text: nil),
        Case(name: "3", coding: 3, octets: [0xFC], text: "ü"),
        Case(name: "4 is binary", coding: 4, octets: [0x40], text: nil),
        Case(name: "6", coding: 6, octets: [0x41, 0xB6, 0xD6, 0xF0, 0xA1], text: "AЖж№Ё"),
        Case(name: "7", coding: 7, octets: [0x41, 0xE0, 0xFA, 0xA1], text: "Aאת\u{FFFD}"),
        Case(name: "8", coding: 8, octets: [0x04, 0x16, 0xD8, 0x3D, 0xDE, 0x00], text: "Ж😀"),
        Case(name: "8, odd", coding: 8, octets: [0x04, 0x16, 0xD8], text: "Ж"),
        Case(name: "8, half a pair", coding: 8, octets: [0xD8, 0x3D, 0x00, 0x41], text: "\u{FFFD}A"),
        Case(name: "8, byte order mark", coding: 8, octets: [0xFE, 0xFF, 0x04, 0x16], text: "Ж"),
        Case(name: "8, little end first", coding: 8, octets: [0xFF, 0xFE, 0x16, 0x04], text: "Ж"),
        Case(name: "0xC8: waiting message, GSM", coding: 0xC8, octets: [0x00], text: "@"),
        Case(name: "0xE0: waiting message, UTF-16", coding: 0xE0, octets: [0x00, 0x41], text: "A"),
        Case(name: "0xF0: class 0, GSM", coding: 0xF0, octets: [0x00], text: "@"),
        Case(name: "0xF5: class 1, binary", coding: 0xF5, octets: [0x00], text: nil),
        Case(name: "empty", coding: 0, octets: [], text: "")
    ]

    @Test(arguments: cases)
    func `data_coding decides how octets are read`(example: Case) {
        let message = ShortMessage(
            source: .none, destination: .none, content: example.octets, dataCoding: DataCoding(rawValue: example.coding)
        )
        let part = MessagePart(message, profile: TextProfile(defaultAlphabet: example.meaning))
        #expect(part.text == example.text)
    }

    static let headers: [(octets: [UInt8], concatenation: Concatenation?, text: String)] = [
        ([5, 0, 3, 7, 2, 1, 0x41], Concatenation(scheme: .udh8, reference: 7, total: 2, part: 1), "A"),
        ([6, 8, 4, 1, 7, 2, 1, 0x41], Concatenation(scheme: .udh16, reference: 0x107, total: 2, part: 1), "A"),
        // Among other elements: ports first.
        (
            [11, 5, 4, 0, 1, 0, 2, 0, 3, 7, 2, 2, 0x41], Concatenation(scheme: .udh8, reference: 7, total: 2, part: 2),
            "A"
        ),
        // Repeated: the last counts.
        ([10, 0, 3, 7, 2, 1, 0, 3, 8, 3, 3, 0x41], Concatenation(scheme: .udh8, reference: 8, total: 3, part: 3), "A"),
        // Parts that can't be: no concatenation.
        ([5, 0, 3, 7, 2, 3, 0x41], nil, "A"),
        ([5, 0, 3, 7, 2, 0, 0x41], nil, "A"),
        ([5, 0, 3, 7, 0, 0, 0x41], nil, "A"),
        // Lengths that don't add up: all of it is text.
        ([0x41, 0x42], nil, "AB"),
        ([3, 0, 4, 0x41], nil, "¥@èA"),
        // A header without elements.
        ([0], nil, "")
    ]

    @Test func `user data headers`() {
        for (octets, concatenation, text) in Self.headers {
            let message = ShortMessage(source: .none, destination: .none, content: octets, esmClass: .userDataHeader)
            let part = MessagePart(message, profile: TextProfile())
            #expect(part.concatenation == concatenation, "\(octets)")
            #expect(part.text == text, "\(octets)")
        }
    }

    @Test func `random headers never do harm`() {
        var random = Seeded(5)
        for _ in 0..<5_000 {
            var octets = random.octets(0...30)
            if !octets.isEmpty, Bool.random(using: &random) { octets[0] = UInt8.random(in: 0...12, using: &random) }
            let header = UserDataHeader(parsing: octets)
            #expect((header?.octetCount ?? 0) <= octets.count)
            let message = ShortMessage(source: .none, destination: .none, content: octets, esmClass: .userDataHeader)
            for meaning in DefaultAlphabet.allCases {
                _ = MessagePart(message, profile: TextProfile(defaultAlphabet: meaning)).text
            }
        }
    }

    @Test func `pairs cut by a sender are healed`() {
        func part(_ octets: [UInt8], _ coding: DataCoding) -> MessagePart {
            let message = ShortMessage(source: .none, destination: .none, content: octets, dataCoding: coding)
            return MessagePart(message, profile: TextProfile())
        }
        #expect(MessagePart.text(of: [part([0xD8, 0x3D], .ucs2), part([0xDE, 0x00], .ucs2)]) == "😀")
        #expect(MessagePart.text(of: [part([0x41, 0x1B], .smscDefault), part([0x65], .smscDefault)]) == "A€")
        #expect(MessagePart.text(of: [part([0x41], .smscDefault), part([0x04, 0x16], .ucs2)]) == "AЖ")
        #expect(MessagePart.text(of: [part([0x41], .binary)]) == nil)
        #expect(MessagePart.text(of: [part([0x41], .binary), part([0x41], .smscDefault)]) == "A")
    }
}
