// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Server

@Suite("A ZIP archive, written piece by piece")
struct ZIPWriterTests {
    /// 2026-11-22T21:30:14Z
    private static let moment = Timestamp(milliseconds: 1_795_383_014_000)

    @Test(
        "checksums are those of the standard",
        arguments: [
            ("", 0), ("123456789", 0xcbf4_3926), ("The quick brown fox jumps over the lazy dog", 0x414f_a339)
        ] as [(String, UInt32)])
    func sums(_ text: String, _ sum: UInt32) {
        #expect(CRC32.of(Array(text.utf8)) == sum)
    }

    @Test("an empty archive is its end alone")
    func empty() {
        var zip = ZIPWriter(at: Self.moment)
        #expect(zip.end() == [0x50, 0x4b, 5, 6] + [UInt8](repeating: 0, count: 18))
    }

    @Test("every field stands where APPNOTE 4.3 puts it")
    func layout() throws {
        var zip = ZIPWriter(at: Self.moment)
        let first = try zip.header(of: "a", content: Array("123456789".utf8)) + Array("123456789".utf8)
        let second = try zip.header(of: "b/c", content: [])
        let end = zip.end()
        // 21:30:14 and 2026-11-22 as MS-DOS has them.
        let shared: [UInt8] = [20, 0, 0, 8, 0, 0, 0xc7, 0xab, 0x76, 0x5d]
        let sum: [UInt8] = [0x26, 0x39, 0xf4, 0xcb]
        #expect(
            first == [0x50, 0x4b, 3, 4] + shared + sum + [9, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0x61]
                + Array("123456789".utf8))
        #expect(
            second == [0x50, 0x4b, 3, 4] + shared + [UInt8](repeating: 0, count: 12) + [3, 0, 0, 0]
                + Array("b/c".utf8))
        let entry: [UInt8] =
            [0x50, 0x4b, 1, 2, 20, 3] + shared + [UInt8](repeating: 0, count: 12) + [3, 0, 0, 0]
            + [UInt8](repeating: 0, count: 6) + [0, 0, 0x80, 0x81, 40, 0, 0, 0] + Array("b/c".utf8)
        #expect(Array(end.dropLast(22).suffix(entry.count)) == entry)
        let size = UInt8(46 + 1 + 46 + 3)
        #expect(end.suffix(22) == [0x50, 0x4b, 5, 6, 0, 0, 0, 0, 2, 0, 2, 0, size, 0, 0, 0, 73, 0, 0, 0, 0, 0])
    }

    @Test("the last entry that fits is taken, the next is refused, and the archive still ends")
    func entryLimit() throws {
        var zip = ZIPWriter(at: Self.moment)
        for number in 0..<65_534 { _ = try zip.header(of: "\(number)", content: []) }
        #expect(throws: ZIPWriter.Full.self) { _ = try zip.header(of: "x", content: []) }
        let end = zip.end()
        #expect(end.suffix(22).dropFirst(8).prefix(4) == [0xfe, 0xff, 0xfe, 0xff])
    }

    @Test("up to its limit it takes files, and the end still fits")
    func sizeLimit() throws {
        // A header, a byte, an entry of the directory and its end: with a name of one byte.
        let exact = 30 + 1 + 1 + 46 + 1 + 22
        var zip = ZIPWriter(at: Self.moment, sizeLimit: exact)
        #expect(throws: ZIPWriter.Full.self) { _ = try zip.header(of: "x", content: [1, 2]) }
        let header = try zip.header(of: "x", content: [1])
        #expect(throws: ZIPWriter.Full.self) { _ = try zip.header(of: "", content: []) }
        #expect(header.count + 1 + zip.end().count == exact)
    }
}
