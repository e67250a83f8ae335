import Crypto

/// A private Ed25519 key that signs notes, and its name.
///
/// Not printable and not encodable: only its seed, from where it is kept, makes one.
package struct SigningKey: Sendable {
    /// The public half.
    package let verifier: VerifierKey
    private let key: Curve25519.Signing.PrivateKey

    /// A key from 32 secret bytes (RFC 8032 §5.1.5).
    ///
    /// - Throws: ``NoteError/badSeed``.
    package init(name: KeyName, seed: [UInt8]) throws(NoteError) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw .badSeed }
        self.key = key
        verifier = VerifierKey(name: name, algorithm: .ed25519, publicKey: [UInt8](key.publicKey.rawRepresentation))
    }

    /// The Ed25519 signature of a message: 64 bytes.
    ///
    /// One key signs notes and receipts. The two can't be taken for each other: the text of a note ends with a line feed, and what is
    /// signed of a receipt (RFC 7515 §5.1) never has one.
    package func signature(of message: [UInt8]) throws(NoteError) -> [UInt8] {
        guard let signature = try? key.signature(for: message) else { throw .notSigned }
        return [UInt8](signature)
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    package var description: String { "SigningKey(\(verifier.shortText))" }
    package var customMirror: Mirror { Mirror(self, children: ["verifier": verifier]) }
}
