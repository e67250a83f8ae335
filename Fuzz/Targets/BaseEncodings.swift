import Wire

/// Base 64 and base 16: what decodes must encode to the same text again, and every byte string must survive both.
func fuzzBaseEncodings(_ bytes: [UInt8]) {
    if let decoded = Base64.decode(bytes) {
        precondition(Base64.encode(decoded) == bytes, "two spellings of one value")
    }
    precondition(Base64.decode(Base64.encode(bytes)) == bytes)
    precondition(Hex.decode(Hex.encode(bytes)) == bytes)
    if let decoded = Hex.decode(bytes) { precondition(decoded.count * 2 == bytes.count) }
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
        let before = reader.remaining
        switch (try? reader.u8()) ?? 0 {
        case 0: _ = try? reader.u16()
        case 1: _ = try? reader.u32()
        case 2: _ = try? reader.u64()
        case 3: _ = try? reader.cString(max: 8)
        case 4: _ = reader.rest()
        case let size: _ = try? reader.bytes(Int(size))
        }
        precondition(reader.remaining < before)
    }
}
