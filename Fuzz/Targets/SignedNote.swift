import Proof

/// Notes, checkpoints and keys of any shape: what is read prints as the same bytes, and nothing is signed by a key that
/// never signed.
func fuzzSignedNote(_ bytes: [UInt8]) {
    if let key = try? VerifierKey(bytes) {
        precondition(Array(key.text.utf8) == bytes, "two spellings of one key")
    }
    if let checkpoint = try? Checkpoint(text: bytes) {
        precondition(checkpoint.text == bytes, "two spellings of one checkpoint")
        precondition(checkpoint.size >= 0)
    }
    guard let note = try? Proof.SignedNote(parsing: bytes) else { return }
    precondition(note.bytes == bytes, "two spellings of one note")
    precondition((try? Checkpoint(text: note.text)) == nil || note.text.last == UInt8(ascii: "\n"))
    guard let key else { preconditionFailure("no key") }
    precondition((try? note.isSigned(by: key.verifier)) != true, "signed by nobody")
}

private let key = try? SigningKey(name: KeyName("example.org/eu/1"), seed: [UInt8](repeating: 1, count: 32))
