import Crypto
import Testing

@testable import Consent

/// Keyed hashes are HMAC-SHA-256 (RFC 4231, and swift-crypto's own for every length around a block).
struct KeyedHasherTests {
    @Test func itIsWhatTheStandardSays() {
        // RFC 4231, test case 2.
        let hasher = KeyedHasher(key: SymmetricKey(data: Array("Jefe".utf8)))
        let code = hasher.code(of: Array("what do ya want for nothing?".utf8))
        #expect(
            code.map { String($0, radix: 16) }.joined(separator: " ")
                == "5b dc c1 46 bf 60 75 4e 6a 4 24 26 8 95 75 c7 5a 0 3f 8 9d 27 39 83 9d ec 58 b9 64 ec 38 43")
    }

    @Test(arguments: [0, 1, 31, 32, 33, 63, 64])
    func itIsWhatSwiftCryptoSays(keyLength: Int) {
        let key = SymmetricKey(data: (0..<keyLength).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ 1) })
        let hasher = KeyedHasher(key: key)
        for length in [0, 1, 55, 56, 63, 64, 65, 119, 120, 400] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
            #expect(Array(hasher.code(of: bytes)) == Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key)))
        }
    }
}
