// SPDX-License-Identifier: Apache-2.0

import Store
import Testing

@testable import Server

@Suite struct ArchiveIDTextTests {
    @Test(arguments: [0, 1, 15, 16, 255, 1_790_000_000_000 << 20, .max] as [Int64])
    func `a number has one form of sixteen digits`(number: Int64) {
        let text = ArchiveID(rawValue: number).text
        #expect(text.utf8.count == 16)
        #expect(ArchiveID(text: text)?.rawValue == number)
    }

    @Test func `texts sort as the numbers do`() {
        let numbers: [Int64] = [0, 1, 9, 10, 15, 16, 255, 256, 1 << 40, (1 << 40) + 1, 1 << 62, .max]
        #expect(numbers.map { ArchiveID(rawValue: $0).text } == numbers.map { ArchiveID(rawValue: $0).text }.sorted())
    }

    @Test(arguments: [
        "", "0", "000000000000000", "00000000000000000", "-000000000000001", "-000000000000000", "+000000000000001",
        "ffffffffffffffff", "8000000000000000", "00000000000000AB", "000000000000000g", "000000000000000 ",
        "0x00000000000001", "00000000000000é", "٠٠٠٠٠٠٠٠"
    ])
    func `what this server can't have written is refused`(text: String) {
        #expect(ArchiveID(text: text) == nil)
    }
}

@Suite struct SessionIDTextTests {
    @Test func `an id is read as it was written`() throws {
        let id = try #require(SessionID(bytes: Array(0xF0...0xFF)))
        #expect(id.bytes == Array(0xF0...0xFF))
        #expect(SessionID(bytes: Array(0xF0...0xFE)) == nil)
        #expect(id.text == "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
        #expect(SessionID(text: id.text) == id)
    }

    @Test func `ids differ`() {
        let ids = Set((0..<100).map { _ in SessionID.random() })
        #expect(ids.count == 100)
        #expect(ids.allSatisfy { $0.bytes.count == 16 })
    }

    @Test func `an id doesn't show itself: who knows it can resume the session`() {
        let id = SessionID.random()
        #expect(!"\(id)".contains(id.text))
        #expect(!String(describing: id).contains(id.text))
    }

    @Test(arguments: [
        "", "f0", "f0f1f2f3f4f5f6f7f8f9fafbfcfdfef", "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff00",
        "g0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
        " f0f1f2f3f4f5f6f7f8f9fafbfcfdfef", "+0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"
    ])
    func `what is no id is refused`(text: String) {
        #expect(SessionID(text: text) == nil)
    }
}
