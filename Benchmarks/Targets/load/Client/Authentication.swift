import Crypto
import CryptoExtras
import Synchronization
import Wire

/// The SCRAM mechanisms (RFC 5802, RFC 7677), the better one first.
enum ScramMechanism: String, CaseIterable, Sendable {
    case sha256 = "SCRAM-SHA-256"
    case sha1 = "SCRAM-SHA-1"

    /// HMAC(key, bytes).
    func code(key: [UInt8], of bytes: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        return switch self {
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key))
        }
    }

    /// H(bytes).
    func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha1: Array(Insecure.SHA1.hash(data: bytes))
        }
    }

    /// Hi(password, salt, iterations). Slow on purpose.
    func salted(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8]? {
        let (function, count): (KDF.Insecure.PBKDF2.HashFunction, Int) =
            switch self {
            case .sha256: (.sha256, 32)
            case .sha1: (.insecureSHA1, 20)
            }
        let key = try? KDF.Insecure.PBKDF2.deriveKey(
            from: password, salt: salt, using: function, outputByteCount: count, unsafeUncheckedRounds: iterations)
        return unsafe key?.withUnsafeBytes { unsafe Array($0) }
    }
}

/// The keys that a password gives under a salt. All accounts share both, so they are derived once.
final class ScramKeys: Sendable {
    struct Salting: Hashable {
        let mechanism: ScramMechanism
        let salt: [UInt8]
        let iterations: Int
    }

    struct Keys {
        let client: [UInt8]
        let stored: [UInt8]
        let server: [UInt8]
    }

    private let password: [UInt8]
    private let known = Mutex<[Salting: Keys]>([:])

    init(password: String) {
        self.password = Array(password.utf8)
    }

    /// The keys; derives them unless they are known.
    func keys(_ salting: Salting) -> Keys? {
        known.withLock { known in
            if let keys = known[salting] { return keys }
            let mechanism = salting.mechanism
            guard let salted = mechanism.salted(password, salt: salting.salt, iterations: salting.iterations) else {
                return nil
            }
            let client = mechanism.code(key: salted, of: Array("Client Key".utf8))
            let keys = Keys(
                client: client, stored: mechanism.digest(of: client),
                server: mechanism.code(key: salted, of: Array("Server Key".utf8)))
            known[salting] = keys
            return keys
        }
    }
}

/// The client's side of one SCRAM authentication (RFC 5802 §5) without channel binding.
struct ScramClient {
    let mechanism: ScramMechanism
    private let bare: [UInt8]
    private let nonce: [UInt8]
    private var expected: [UInt8]?

    init(_ mechanism: ScramMechanism, name: String, nonce: [UInt8]) {
        self.mechanism = mechanism
        self.nonce = nonce
        bare = Array("n=\(name),r=".utf8) + nonce
    }

    /// The client-first-message.
    var first: [UInt8] { Array("n,,".utf8) + bare }

    /// The client-final-message for the server's first; nil if that is no answer to ours.
    mutating func final(for serverFirst: [UInt8], _ keys: ScramKeys) -> [UInt8]? {
        let fields = serverFirst.split(separator: UInt8(ascii: ","))
        guard fields.count >= 3, let whole = Self.value("r", fields[0]), whole.starts(with: nonce),
            let salt = Self.value("s", fields[1]).flatMap({ Base64.decode(Array($0)) }),
            let iterations = Self.value("i", fields[2]).flatMap({ Int(String(decoding: $0, as: UTF8.self)) }),
            let keys = keys.keys(.init(mechanism: mechanism, salt: salt, iterations: iterations))
        else { return nil }
        let withoutProof = Array("c=biws,r=".utf8) + whole
        let comma = [UInt8(ascii: ",")]
        let transcript = bare + comma + serverFirst + comma + withoutProof
        let proof = zip(keys.client, mechanism.code(key: keys.stored, of: transcript)).map { $0 ^ $1 }
        expected = Array("v=".utf8) + Base64.encode(mechanism.code(key: keys.server, of: transcript))
        return withoutProof + Array(",p=".utf8) + Base64.encode(proof)
    }

    /// Whether the server knows the password too.
    func isRight(serverFinal: [UInt8]) -> Bool { expected == serverFinal }

    private static func value(_ name: Character, _ field: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        field.starts(with: "\(name)=".utf8) ? field.dropFirst(2) : nil
    }
}
