import Testing
import Wire

@testable import SMPP

struct PDUCodingTests {
    @Test(arguments: PDUFixture.all)
    func `fixtures decode`(fixture: PDUFixture) throws {
        var decoder = PDUDecoder()
        decoder.feed(fixture.octets)
        #expect(try decoder.next() == fixture.pdu)
        #expect(try decoder.next() == nil)
        #expect(decoder.bufferedByteCount == 0)
    }

    @Test(arguments: PDUFixture.all)
    func `fixtures encode`(fixture: PDUFixture) throws {
        #expect(Hex.encode(try fixture.pdu.encoded()) == Hex.encode(fixture.octets))
    }

    @Test(arguments: PDUFixture.all)
    func `a PDU may come split at any byte`(fixture: PDUFixture) throws {
        let octets = fixture.octets
        for cut in 0...octets.count {
            var decoder = PDUDecoder()
            decoder.feed(Array(octets[..<cut]))
            if cut < octets.count { #expect(try decoder.next() == nil) }
            let rest = Array(octets[cut...])
            decoder.feed(rest.span)
            #expect(try decoder.next() == fixture.pdu)
        }
    }

    @Test func `a stream may come byte by byte`() throws {
        var decoder = PDUDecoder()
        var seen: [PDU] = []
        for octet in PDUFixture.all.flatMap(\.octets) {
            decoder.feed([octet])
            while let pdu = try decoder.next() { seen.append(pdu) }
        }
        #expect(seen == PDUFixture.all.map(\.pdu))
    }

    @Test(arguments: PDUFixture.all)
    func `a body cut short is named malformed, or is one that may be short`(fixture: PDUFixture) throws {
        let octets = fixture.octets
        for length in 16..<max(octets.count, 17) {
            var shortened = Array(octets[..<length])
            shortened.replaceSubrange(0..<4, with: [0, 0, 0, UInt8(length)])
            var decoder = PDUDecoder()
            decoder.feed(shortened)
            let pdu = try #require(try decoder.next())
            #expect(pdu.command == fixture.pdu.command)
            #expect(pdu.sequence == fixture.pdu.sequence)
            #expect(pdu.status == fixture.pdu.status)
        }
    }

    @Test(arguments: 0..<Samples.kindCount)
    func `random PDUs come back`(kind: Int) throws {
        var random = Seeded(UInt64(kind) + 1)
        for _ in 0..<200 {
            let body = Samples.body(kind, &random)
            let pdu = PDU(body, sequence: .random(in: 1...0x7FFF_FFFF, using: &random))
            var decoder = PDUDecoder()
            decoder.feed(try pdu.encoded())
            #expect(try decoder.next() == pdu)
        }
    }

    @Test func `random octets never do harm`() {
        var random = Seeded(7)
        let commands = PDUFixture.all.map(\.pdu.command.rawValue)
        for _ in 0..<5_000 {
            let body = random.octets(0...90)
            let command = commands[Int.random(in: 0..<commands.count, using: &random)]
            let pdu = PDU(command: CommandID(rawValue: command), status: .ok, sequence: 1, octets: body)
            #expect(pdu.command.rawValue == command)
        }
    }

    @Test(arguments: [0, 1, 15, 65_537, 0x8000_0000, 0xFFFF_FFFF] as [UInt32])
    func `a bad length ends the connection`(length: UInt32) {
        var decoder = PDUDecoder()
        decoder.feed((0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(24 - 8 * $0)) })
        for _ in 0..<2 {
            #expect(throws: PDUDecoder.FramingError.badLength(length)) { try decoder.next() }
        }
    }

    @Test func `the longest PDU is read, and none longer is written`() throws {
        let room = PDU.maximumLength - PDU.headerLength
        var pdu = PDU(.other(PDU.Raw(CommandID(rawValue: 0x77), octets: Array(repeating: 1, count: room))), sequence: 1)
        var decoder = PDUDecoder()
        decoder.feed(try pdu.encoded())
        #expect(try decoder.next() == pdu)
        pdu.body = .other(PDU.Raw(CommandID(rawValue: 0x77), octets: Array(repeating: 1, count: room + 1)))
        #expect(throws: FieldError(field: .wholePDU, problem: .tooLong)) { try pdu.encoded() }
    }

    @Test func `a decoder may be stricter`() {
        var decoder = PDUDecoder(maximumLength: 100)
        decoder.feed([0, 0, 0, 101])
        #expect(throws: PDUDecoder.FramingError.badLength(101)) { try decoder.next() }
    }
}
