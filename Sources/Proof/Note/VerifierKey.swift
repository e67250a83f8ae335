import Crypto
import Wire

/// A public key that checks signatures of notes, and its name (C2SP signed-note, Verifier keys).
package struct VerifierKey: Hashable, Sendable {
    package enum Algorithm: UInt8, Hashable, Sendable {
        /// Ed25519 over the text of a note: what logs sign checkpoints with.
        case ed25519 = 0x01
        /// Ed25519 over a checkpoint and a time: what witnesses sign (C2SP tlog-cosignature).
        case cosignature = 0x04
    }

    package let name: KeyName
    package let algorithm: Algorithm
    /// Thirty-two bytes (RFC 8032 §5.1.5).
    package let publicKey: [UInt8]
    /// The number that stands for the key in signatures: `SHA-256(name || 0x0A || type || key)[:4]`.
    package let id: UInt32

    init(name: KeyName, algorithm: Algorithm, publicKey: [UInt8]) {
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        let digest = SHA256.hash(data: name.bytes + [0x0A, algorithm.rawValue] + publicKey)
        id = digest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A key from its text, `NAME+ID+BASE64`.
    ///
    /// - Throws: ``NoteError/badVerifierKey``, ``NoteError/badKeyName``, ``NoteError/unsupportedSignatureType(_:)``.
    package init(_ text: String) throws(NoteError) {
        try self.init(Array(text.utf8))
    }

    /// A key from its text, `NAME+ID+BASE64`.
    package init(_ text: [UInt8]) throws(NoteError) {
        let parts = text.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count == 8, let key = Base64.decode(Array(parts[2])), let type = key.first
        else {
            throw .badVerifierKey
        }
        guard let algorithm = Algorithm(rawValue: type) else { throw .unsupportedSignatureType(type) }
        guard key.count == 33 else { throw .badVerifierKey }
        self.init(name: try KeyName(Array(parts[0])), algorithm: algorithm, publicKey: Array(key.dropFirst()))
        // Lower case is the only spelling of the ID.
        guard hexID.utf8.elementsEqual(parts[1]) else { throw .badVerifierKey }
    }

    /// The key as text: `NAME+ID+BASE64`.
    package var text: String { "\(shortText)+\(Base64.encodeString([algorithm.rawValue] + publicKey))" }

    /// Name and number: `NAME+ID`, which tells keys apart that one person may know.
    package var shortText: String { "\(name)+\(hexID)" }

    private var hexID: String { Hex.encode(bigEndian(id)) }

    /// Whether these 64 bytes are an Ed25519 signature of the message by this key (RFC 8032 §5.1.7), whatever the message means.
    package func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}

/// The bytes of a number, the most significant first.
func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    stride(from: number.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> $0) }
}
