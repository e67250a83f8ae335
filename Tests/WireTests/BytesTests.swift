import Testing

@testable import Wire

/// The vectors of RFC 4648 §10.
@Test(arguments: [
    ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
    ("foob", "Zm9vYg==", "666f6f62"),
    ("fooba", "Zm9vYmE=", "666f6f6261"), ("foobar", "Zm9vYmFy", "666f6f626172")
])
func `base encodings`(plain: String, base64: String, hex: String) {
    let bytes = Array(plain.utf8)
    #expect(Base64.encode(bytes) == Array(base64.utf8))
    #expect(Base64.encodeString(bytes) == base64)
    #expect(Base64.decode(base64) == bytes)
    #expect(Base64URL.encodeString(bytes) == String(base64.prefix { $0 != "=" }))
    #expect(Base64URL.decode(String(base64.prefix { $0 != "=" })) == bytes)
    #expect(Hex.encode(bytes) == hex)
    #expect(Hex.decode(hex.uppercased()) == bytes)
}

@Test(arguments: [
    "Z", "Zg", "Zg=", "Zg===", "=", "====", "Z===", "Zh==", "Zm9=", "Zm8=Zm8=", "Zm8 ", "Zm8\n", "Zm9v\n", " Zm9v",
    "Zm9-",
    "Zm9_", "Zm=v", "Z=9v", "Zm9\u{E9}", "\0\0\0\0"
])
func `base 64 that nobody would have encoded`(text: String) {
    #expect(Base64.decode(text) == nil)
}

@Test func `base 64 for URLs has letters of its own`() {
    #expect(Base64URL.encodeString([0xFB, 0xEF, 0xFF]) == "--__")
    #expect(Base64URL.decode("--__") == [0xFB, 0xEF, 0xFF])
}

@Test(arguments: ["Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9vZ", "++//", "Zm 8", "Zm8\n", "Z=", "\0\0", "Zm\u{E9}"])
func `base 64 for URLs that nobody would have encoded`(text: String) {
    #expect(Base64URL.decode(text) == nil)
}

@Test(arguments: ["0", "0g", "0x", " 00", "00 ", "é"])
func `what is not base 16`(text: String) {
    #expect(Hex.decode(text) == nil)
}

@Test func `every byte survives`() {
    for count in 0..<260 {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
        #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    }
}

@Test func `fields are big-endian and read back`() throws {
    var writer = ByteWriter(capacity: 32)
    writer.u32(0)
    writer.u8(0x01)
    writer.u16(0x0203)
    writer.u64(0x0405_0607_0809_0A0B)
    writer.cString("hoopoe".utf8, max: 7)
    writer.cString("hoopoe".utf8, max: 4)
    writer.cString([0x61, 0, 0x62], max: 9)
    writer.bytes([0xFF])
    writer.overwrite(u32: UInt32(writer.count), at: 0)
    writer.overwrite(u32: 1, at: writer.count - 3)
    writer.overwrite(u32: 1, at: -1)
    #expect(
        Hex.encode(writer.bytes) == "0000001d" + "01" + "0203" + "0405060708090a0b" + "686f6f706f6500" + "686f6f00"
            + "6100" + "ff")

    var reader = ByteReader(writer.bytes)
    #expect(try reader.u32() == 29)
    #expect(try reader.u8() == 1)
    #expect(try reader.u16() == 0x0203)
    #expect(try reader.u64() == 0x0405_0607_0809_0A0B)
    #expect(try reader.cString(max: 7) == Array("hoopoe".utf8))
    #expect(try reader.cString(max: 4) == Array("hoo".utf8))
    #expect(try reader.cString(max: 100) == Array("a".utf8))
    #expect(reader.rest() == [0xFF])
    #expect(reader.isAtEnd)
}

@Test func `a failed read consumes nothing`() throws {
    var reader = ByteReader([1, 2, 3])
    #expect(throws: ByteReader.Failure.truncated) { try reader.u32() }
    #expect(throws: ByteReader.Failure.truncated) { try reader.bytes(4) }
    #expect(throws: ByteReader.Failure.truncated) { try reader.bytes(-1) }
    #expect(throws: ByteReader.Failure.truncated) { try reader.cString(max: 4) }
    #expect(throws: ByteReader.Failure.unterminated) { try reader.cString(max: 3) }
    #expect(throws: ByteReader.Failure.unterminated) { try reader.cString(max: 0) }
    #expect(throws: ByteReader.Failure.unterminated) { try reader.cString(max: -1) }
    #expect(reader.remaining == 3)
    #expect(try reader.bytes(0) == [])
    #expect(try reader.bytes(3) == [1, 2, 3])
    #expect(throws: ByteReader.Failure.truncated) { try reader.u8() }
}
