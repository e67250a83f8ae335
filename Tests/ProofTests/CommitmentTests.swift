import Proof
import Testing
import Wire

/// RFC 4231 §4: HMAC-SHA-256 of known keys and data, and of a key longer than a block.
@Test(arguments: [
    (
        "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    (
        "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
])
func `commitments are HMAC-SHA-256`(salt: String, bytes: String, commitment: String) throws {
    let salt = try #require(Hex.decode(salt))
    let bytes = try #require(Hex.decode(bytes))
    #expect(Hex.encode(Commitment.of(bytes, salt: salt)) == commitment)
}
