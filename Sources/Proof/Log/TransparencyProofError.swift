/// Why a `.tlog-proof` can't be read, or proves nothing.
package enum TransparencyProofError: Error, Hashable, Sendable {
    case tooLong
    /// The first line isn't that of a proof.
    case notAProof
    /// It ends before the checkpoint.
    case truncated
    case badExtra
    case badIndex
    /// A line of the path isn't a hash, counted from 1, or there are more than any tree asks for.
    case badHash(number: Int)
    case badCheckpoint(NoteError)
    /// The policy doesn't accept the checkpoint.
    case untrusted(PolicyRefusal)
    /// The entry isn't in the log at that position.
    case notIncluded(ProofError)
}

extension TransparencyProofError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .tooLong: "the proof is longer than \(SignedNote.maximumSize) bytes"
        case .notAProof: "it isn't a proof: the first line must be c2sp.org/tlog-proof@v1"
        case .truncated: "the proof ends too early"
        case .badExtra: "the 'extra' line of the proof isn't base 64"
        case .badIndex: "the proof has no 'index' line with a number"
        case .badHash(let number): "hash \(number) of the proof isn't base 64 of 32 bytes, or is one too many"
        case .badCheckpoint(let error): "the checkpoint in the proof can't be read: \(error)"
        case .untrusted(let refusal): refusal.description
        case .notIncluded(let error): error.description
        }
    }
}
