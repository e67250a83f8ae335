import Crypto
package import Wire

/// Bytes signed with Ed25519, on one line: a JSON Web Signature in compact form (RFC 7515 §7.1, RFC 8037 §3.1).
///
/// Each JWS has one spelling here: base64url without padding and stray bits. Its header is I-JSON.
package struct JWS: Sendable {
    /// The longest file that is looked at, in bytes.
    package static let maximumSize = 1 << 16

    /// The header's members, `alg` among them.
    package let header: JSON
    /// What the file claims to be signed. Nobody has checked it; ``verify(key:)`` gives the same bytes checked.
    package let unverifiedPayload: [UInt8]
    private let signature: [UInt8]
    /// Both encoded parts with the dot between them (RFC 7515 §5.1).
    private let signed: [UInt8]

    /// Takes a compact JWS apart without looking at who signed it.
    ///
    /// Refuses other algorithms than `EdDSA`, so `none` too, and every `crit`.
    package init(parsing bytes: [UInt8]) throws(JWSError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let headerBytes = Base64URL.decode(Array(parts[0])),
            let payload = Base64URL.decode(Array(parts[1])), let signature = Base64URL.decode(Array(parts[2]))
        else { throw .notCompact }
        guard let header = try? JSON(parsing: headerBytes), let algorithm = header["alg"]?.string else {
            throw .header
        }
        guard algorithm == "EdDSA" else { throw .algorithm }
        guard header["crit"] == nil else { throw .criticalExtension }
        self.header = header
        self.signature = signature
        unverifiedPayload = payload
        signed = Array(bytes.prefix(parts[0].count + 1 + parts[1].count))
    }

    /// Which key the file claims to be signed with (`kid`); says nothing until ``verify(key:)`` has agreed.
    package var keyID: String? { header["kid"]?.string }

    /// What kind of thing the file claims to be (`typ`).
    package var type: String? { header["typ"]?.string }

    /// The payload, once the signature is found to be by this Ed25519 public key of 32 bytes.
    package func verify(key: [UInt8]) throws(JWSError) -> [UInt8] {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: key) else { throw .key }
        guard key.isValidSignature(signature, for: signed) else { throw .signature }
        return unverifiedPayload
    }

    /// A compact JWS over a payload by the Ed25519 private key of this seed, 32 bytes.
    ///
    /// `header` is written canonically, with `alg` added.
    package static func sign(_ payload: [UInt8], header: JSON.Object, seed: [UInt8]) throws(JWSError) -> [UInt8] {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw .key }
        var header = header
        header["alg"] = "EdDSA"
        var bytes = Base64URL.encode(JSON.object(header).canonical)
        bytes.append(UInt8(ascii: "."))
        bytes += Base64URL.encode(payload)
        guard let signature = try? key.signature(for: bytes) else { throw .key }
        return bytes + [UInt8(ascii: ".")] + Base64URL.encode([UInt8](signature))
    }
}
