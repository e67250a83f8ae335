/// Why bytes aren't a note, a key or a checkpoint, or a note isn't signed as it should be.
package enum NoteError: Error, Hashable, Sendable {
    /// More bytes than a note may have.
    case tooLong(bytes: Int)
    /// More signatures than a note may have.
    case tooManySignatures
    /// Not UTF-8, or a control character other than line feed.
    case notText
    /// No text ending with a line feed, then an empty line, then signature lines.
    case notANote
    /// A signature line that isn't a dash, a key name and base 64 of at least five bytes.
    case badSignatureLine
    /// A key name is not empty and has neither white space nor a plus sign.
    case badKeyName
    /// Not the text of a verifier key, or its key ID doesn't follow from name and key.
    case badVerifierKey
    /// The signature type isn't one that is supported: 1 (Ed25519) or 4 (cosignature/v1).
    case unsupportedSignatureType(UInt8)
    /// A seed has 32 bytes.
    case badSeed
    /// Signing failed.
    case notSigned
    /// The signature of a known key is wrong: the note was altered.
    case badSignature(key: String)
    /// No known key has signed.
    case unknownSigners
    /// The text isn't an origin, a size, a root hash and perhaps extension lines.
    case notACheckpoint
}

extension NoteError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong(let bytes): "\(bytes) bytes are more than a signed note may have (\(SignedNote.maximumSize))"
        case .tooManySignatures: "it has more than \(SignedNote.maximumSignatures) signatures"
        case .notText: "it isn't plain UTF-8 text"
        case .notANote: "it isn't a signed note: text, an empty line, then signatures"
        case .badSignatureLine: "a signature line isn't of the form '— NAME BASE64'"
        case .badKeyName: "a key's name is empty or has white space or '+' in it"
        case .badVerifierKey: "it isn't a verifier key of the form NAME+ID+BASE64, or was altered"
        case .unsupportedSignatureType(let type):
            "signatures of type \(type) are not supported, only Ed25519 ones (1 and 4)"
        case .badSeed: "the seed of a signing key has 32 bytes"
        case .notSigned: "signing failed"
        case .badSignature(let key): "the signature of \(key) is wrong: what it signed has been altered"
        case .unknownSigners: "no known key has signed it"
        case .notACheckpoint: "it isn't a checkpoint: origin, size and root hash on a line each"
        }
    }
}
