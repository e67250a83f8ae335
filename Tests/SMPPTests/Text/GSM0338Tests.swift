import Testing
import Wire

@testable import SMPP

struct GSM0338Tests {
    @Test func `encoding and decoding agree with gsm0338`() throws {
        var encodable = 0
        for line in GSMVectors.text.split(separator: "\n") {
            let fields = line.split(separator: ";", omittingEmptySubsequences: false)
            let text = String(decoding: try #require(Hex.decode(String(fields[0]))), as: UTF8.self)
            let septets = fields[1].isEmpty ? nil : Hex.decode(String(fields[1]))
            #expect(GSM0338.septets(of: text) == septets, "\(line)")
            guard let septets else { continue }
            encodable += 1
            #expect(GSM0338.text(septets: septets) == text, "\(line)")
        }
        #expect(encodable > 700)
    }

    @Test(
        arguments: [
            ([0x1B, 0x41], "A"),
            ([0x1B, 0x1B], " "),
            ([0x41, 0x1B], "A"),
            ([0x1B], ""),
            ([0x80, 0x41, 0xFF], "\u{FFFD}A\u{FFFD}"),
            ([0x1B, 0x0A], "\u{0C}"),
            ([0x1B, 0x80], "\u{FFFD}")
        ] as [([UInt8], String)])
    func `strange septets become something readable`(septets: [UInt8], text: String) {
        #expect(GSM0338.text(septets: septets) == text)
    }

    /// Worked by hand from TS 23.038 §6.1.2.1.
    @Test(arguments: [
        ("", ""), ("A", "41"), ("hellohello", "e8329bfd4697d9ec37"), ("1234567", "31d98c56b3dd1a"),
        ("12345678", "31d98c56b3dd70"), ("€", "9b32")
    ])
    func `septets are packed low bits first`(text: String, packed: String) throws {
        let septets = try #require(GSM0338.septets(of: text))
        #expect(Hex.encode(GSM0338.pack(septets)) == packed)
        #expect(GSM0338.unpack(GSM0338.pack(septets)) == septets)
    }

    @Test(arguments: 0...6)
    func `packing after any fill comes back`(fillBits: Int) {
        for count in 0...40 {
            let septets = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 37 + 5) & 0x7F | 1 }
            let packed = GSM0338.pack(septets, fillBits: count == 0 ? 0 : fillBits)
            #expect(GSM0338.unpack(packed, fillBits: count == 0 ? 0 : fillBits) == septets.dropTrailingReturn(fillBits))
        }
    }
}

extension [UInt8] {
    /// A carriage return that ends exactly with the octet can't be told from a filler.
    fileprivate func dropTrailingReturn(_ fillBits: Int) -> [UInt8] {
        last == 0x0D && (count * 7 + fillBits).isMultiple(of: 8) ? dropLast() : self
    }
}
