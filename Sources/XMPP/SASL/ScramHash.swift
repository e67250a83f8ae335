import Crypto
import CryptoExtras

/// The hash functions that SCRAM is used with (RFC 5802, RFC 7677).
package enum ScramHash: Sendable {
    case sha1
    case sha256

    /// Bytes of a digest.
    var byteCount: Int {
        switch self {
        case .sha1: Insecure.SHA1.byteCount
        case .sha256: SHA256.byteCount
        }
    }

    /// H(bytes).
    func digest(of bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha1: Array(Insecure.SHA1.hash(data: bytes))
        case .sha256: Array(SHA256.hash(data: bytes))
        }
    }

    /// HMAC(key, bytes).
    func authenticationCode(key: [UInt8], of bytes: [UInt8]) -> [UInt8] {
        let key = SymmetricKey(data: key)
        return switch self {
        case .sha1: Array(HMAC<Insecure.SHA1>.authenticationCode(for: bytes, using: key))
        case .sha256: Array(HMAC<SHA256>.authenticationCode(for: bytes, using: key))
        }
    }

    /// Hi(password, salt, iterations), which is PBKDF2 with one block. Slow on purpose.
    func saltedPassword(_ password: [UInt8], salt: [UInt8], iterations: Int) throws -> [UInt8] {
        let function: KDF.Insecure.PBKDF2.HashFunction =
            switch self {
            case .sha1: .insecureSHA1
            case .sha256: .sha256
            }
        // The iteration count is the protocol's, and clients with small processors pay it too.
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: password, salt: salt, using: function, outputByteCount: byteCount, unsafeUncheckedRounds: iterations)
        return unsafe key.withUnsafeBytes { unsafe Array($0) }
    }
}
