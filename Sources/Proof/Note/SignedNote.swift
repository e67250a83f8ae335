/// Text signed by one or more keys (C2SP signed-note).
///
/// Parsing checks the form alone: the text means nothing before a signature of a known key has been verified.
package struct SignedNote: Hashable, Sendable {
    /// Bytes that are read at most.
    package static let maximumSize = 1 << 18
    /// Signatures that are read at most.
    package static let maximumSignatures = 64

    /// The text, which ends with a line feed.
    package let text: [UInt8]
    package private(set) var signatures: [NoteSignature]

    /// A note from its bytes; printing it gives the same bytes.
    ///
    /// - Throws: ``NoteError/tooLong(bytes:)``, ``NoteError/tooManySignatures``, ``NoteError/notText``, ``NoteError/notANote``,
    ///   ``NoteError/badSignatureLine`` or ``NoteError/badKeyName``.
    package init(parsing bytes: [UInt8]) throws(NoteError) {
        guard bytes.count <= Self.maximumSize else { throw .tooLong(bytes: bytes.count) }
        try Self.requireText(bytes)
        // The last empty line parts text and signatures.
        let lineFeed = UInt8(ascii: "\n")
        var end = bytes.count - 1
        while end > 0, bytes[end] != lineFeed || bytes[end - 1] != lineFeed { end -= 1 }
        guard end > 0, bytes.last == lineFeed else { throw .notANote }
        let lines = bytes[(end + 1)...].dropLast().split(separator: lineFeed, omittingEmptySubsequences: false)
        guard lines.count <= Self.maximumSignatures else { throw .tooManySignatures }
        guard end + 1 < bytes.count else { throw .notANote }
        text = Array(bytes[..<end])
        signatures = []
        for line in lines { signatures.append(try NoteSignature(line: line)) }
    }

    /// A text signed by one key.
    ///
    /// - Throws: ``NoteError/notText`` or ``NoteError/notANote`` if the text can't be that of a note, ``NoteError/notSigned``.
    package init(text: [UInt8], signedBy key: SigningKey) throws(NoteError) {
        try Self.requireText(text)
        guard text.last == UInt8(ascii: "\n") else { throw .notANote }
        self.text = text
        let signature = NoteSignature(
            name: key.verifier.name, keyID: key.verifier.id, bytes: try key.signature(of: text))
        signatures = [signature]
    }

    /// The note as bytes.
    package var bytes: [UInt8] { text + [UInt8(ascii: "\n")] + signatures.flatMap(\.line) }

    /// Adds a signature line, of a witness for example.
    package mutating func add(_ signature: NoteSignature) {
        signatures.append(signature)
    }

    /// Checks every signature that claims to be by this Ed25519 key; whether there was one.
    ///
    /// - Throws: ``NoteError/badSignature(key:)`` if one is wrong.
    package func isSigned(by key: VerifierKey) throws(NoteError) -> Bool {
        guard key.algorithm == .ed25519 else { return false }
        var signed = false
        for signature in claims(of: key) {
            guard key.isSignature(signature.bytes, of: text) else { throw .badSignature(key: key.shortText) }
            signed = true
        }
        return signed
    }

    /// The signatures with the name and the ID of a key.
    func claims(of key: VerifierKey) -> [NoteSignature] {
        signatures.filter { $0.keyID == key.id && $0.name == key.name }
    }

    private static func requireText(_ bytes: [UInt8]) throws(NoteError) {
        let allowed = bytes.allSatisfy { $0 >= 0x20 || $0 == UInt8(ascii: "\n") }
        guard allowed, String(validating: bytes, as: UTF8.self) != nil else { throw .notText }
    }
}
