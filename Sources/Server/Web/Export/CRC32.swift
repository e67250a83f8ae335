// SPDX-License-Identifier: Apache-2.0

/// The checksum of ZIP entries (ISO/IEC 13239, the polynomial 0x04C11DB7 reflected).
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 0 ? value >> 1 : value >> 1 ^ 0xedb8_8320 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        let table = table
        var sum = UInt32.max
        for byte in bytes { sum = sum >> 8 ^ table[Int((sum ^ UInt32(byte)) & 0xff)] }
        return ~sum
    }
}
