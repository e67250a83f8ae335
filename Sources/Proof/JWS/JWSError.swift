/// Why a text is no JWS that we take, or not one by the key at hand. It repeats nothing of the text.
package enum JWSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Longer than ``JWS/maximumSize``.
    case tooLong
    /// Not three parts of base64url with dots between them (RFC 7515 §7.1).
    case notCompact
    /// The header is no JSON object, or names no algorithm.
    case header
    /// Signed with something other than EdDSA (RFC 8037 §3.1), or not at all.
    case algorithm
    /// The header demands to understand an extension (`crit`, RFC 7515 §4.1.11); we have none.
    case criticalExtension
    /// The key isn't 32 bytes, or no key at all.
    case key
    /// The key at hand didn't sign these bytes.
    case signature

    package var description: String {
        switch self {
        case .tooLong: "The file is longer than any receipt. Check that it is the right file."
        case .notCompact: "This is no signed receipt. One is a single line of three parts with dots between them."
        case .header: "The signature's header is damaged. Get the receipt again from where it came from."
        case .algorithm: "The signature is of another kind than EdDSA. Hoopoe signs with nothing else."
        case .criticalExtension:
            "The signature demands an extension that this program doesn't know. Use a newer program."
        case .key: "The key is no Ed25519 key of 32 bytes. Check the policy file."
        case .signature: "The signature doesn't fit: the receipt was altered, or another key signed it."
        }
    }
}
