import Consent
import Crypto
import Wire

// Stand-ins until the rooms below have these.
struct SigningKey: Sendable {
    let name: String
    let seed: [UInt8]

    init?(name: String, seed: [UInt8]) {
        self.name = name
        self.seed = seed
    }
}

enum Commitment {
    static func of(_ bytes: [UInt8], salt: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: salt)))
    }
}

extension Terms {
    var digest: [UInt8] { Array(SHA256.hash(data: Array("\(version)".utf8))) }
}
