import Proof
import Testing
import Wire

@Suite struct JWSTests {
    /// RFC 8037, appendix A: key, signing input and signature.
    static let seed = Base64URL.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A") ?? []
    static let key = Base64URL.decode("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo") ?? []
    static let example =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
        + ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

    static func verify(_ text: String, key: [UInt8] = key) throws(JWSError) -> [UInt8] {
        try JWS(parsing: Array(text.utf8)).verify(key: key)
    }

    /// The example with another header, signed as it should be.
    static func with(header: String) throws -> String {
        let bytes = try JWS.sign(Array("text".utf8), header: [:], seed: seed)
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ".")
        return "\(Base64URL.encodeString(Array(header.utf8))).\(parts[1]).\(parts[2])"
    }

    @Test func `the example of RFC 8037`() throws {
        #expect(Self.key.count == 32)
        #expect(try Self.verify(Self.example) == Array("Example of Ed25519 signing".utf8))
        let signed = try JWS.sign(Array("Example of Ed25519 signing".utf8), header: [:], seed: Self.seed)
        #expect(String(decoding: signed, as: UTF8.self) == Self.example)
    }

    @Test func `what is signed is read back`() throws {
        let payload: [UInt8] = Array(0...255)
        let header: JSON.Object = ["kid": "example.org/eu/1+01020304", "typ": "x+jws", "alg": "none"]
        let jws = try JWS(parsing: try JWS.sign(payload, header: header, seed: Self.seed))
        #expect(try jws.verify(key: Self.key) == payload)
        #expect(jws.unverifiedPayload == payload)
        #expect(jws.keyID == "example.org/eu/1+01020304")
        #expect(jws.type == "x+jws")
        #expect(jws.header == ["alg": "EdDSA", "kid": "example.org/eu/1+01020304", "typ": "x+jws"])
        let empty = try JWS(parsing: try JWS.sign([], header: [:], seed: Self.seed))
        #expect(try empty.verify(key: Self.key) == [])
        #expect(empty.keyID == nil && empty.type == nil)
    }

    @Test func `every altered character is refused`() throws {
        let whole = Array(Self.example.utf8)
        for place in whole.indices {
            for letter in "A_-b.= \n".utf8 where letter != whole[place] {
                var altered = whole
                altered[place] = letter
                #expect(throws: JWSError.self) { try JWS(parsing: altered).verify(key: Self.key) }
            }
            #expect(throws: JWSError.self) { try JWS(parsing: Array(whole.prefix(place))).verify(key: Self.key) }
        }
    }

    @Test(arguments: [
        (#"{"alg":"none"}"#, JWSError.algorithm), (#"{"alg":"HS256"}"#, .algorithm), (#"{"alg":"eddsa"}"#, .algorithm),
        (#"{"alg":"Ed25519"}"#, .algorithm), (#"{"alg":1}"#, .header), (#"{"typ":"JWT"}"#, .header), ("{}", .header),
        ("", .header), ("[]", .header), (#"{"alg":"EdDSA","alg":"EdDSA"}"#, .header), (#"{"alg":"EdDSA""#, .header),
        (#"{"alg":"EdDSA","crit":["b64"],"b64":true}"#, .criticalExtension),
        (#"{"alg":"EdDSA","crit":[]}"#, .criticalExtension), (#"{"alg":"EdDSA" }"#, .signature)
    ])
    func `headers that are refused`(header: String, error: JWSError) throws {
        let text = try Self.with(header: header)
        #expect(throws: error) { try Self.verify(text) }
    }

    @Test func `forms that are refused`() throws {
        let parts = Self.example.split(separator: ".")
        for text in [
            "", ".", "..", "...", "a.b", "\(parts[0]).\(parts[1])", "\(Self.example).", "\(Self.example).AA",
            "\(Self.example)=", "\(Self.example)\n", " \(Self.example)", "\(parts[0])=.\(parts[1]).\(parts[2])",
            #"{"payload":"","signature":""}"#, "\(parts[0]).RXhhbXB+.\(parts[2])"
        ] {
            #expect(throws: text == ".." ? JWSError.header : .notCompact, "\(text)") { try Self.verify(text) }
        }
        #expect(throws: JWSError.tooLong) {
            try JWS(parsing: Array(repeating: UInt8(ascii: "A"), count: JWS.maximumSize + 1))
        }
        // Nobody signed: the third part is empty.
        #expect(throws: JWSError.signature) { try Self.verify("\(parts[0]).\(parts[1]).") }
    }

    @Test func keys() throws {
        #expect(throws: JWSError.key) { try Self.verify(Self.example, key: Array(Self.key.dropLast())) }
        #expect(throws: JWSError.key) { try Self.verify(Self.example, key: []) }
        #expect(throws: JWSError.signature) { try Self.verify(Self.example, key: Self.seed) }
        #expect(throws: JWSError.key) { try JWS.sign([], header: [:], seed: Array(Self.seed.dropLast())) }
    }
}
