import Crypto

/// What the log shows of a receipt or record: a value that says nothing without its salt, and fixes every byte with it.
package enum Commitment {
    /// HMAC-SHA256 (RFC 2104) of the exact bytes of the receipt or record, keyed by its salt: 32 bytes.
    package static func of(_ bytes: [UInt8], salt: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: salt)))
    }
}
