/// A checkpoint that a policy accepts.
package struct TrustedCheckpoint: Hashable, Sendable {
    /// When a witness saw the checkpoint, in seconds since 1970.
    package struct Sighting: Hashable, Sendable {
        package let witness: [UInt8]
        package let time: Int64
    }

    package let checkpoint: Checkpoint
    /// As it was signed.
    package let note: SignedNote
    /// The key of the log that signed it.
    package let log: VerifierKey
    /// The witnesses listed that cosigned it.
    package let sightings: [Sighting]
}

/// Why a policy doesn't accept a checkpoint.
package enum PolicyRefusal: Error, Hashable, Sendable {
    /// The policy names no log.
    case noLogs
    /// The note isn't a checkpoint, or a signature on it is wrong.
    case badNote(NoteError)
    /// No log listed has signed it under its own name.
    case unknownLog(String)
    case tooFewWitnesses(quorum: String, seen: Int)
}

extension PolicyRefusal: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noLogs:
            "the policy names no log, so it trusts none"
        case .badNote(let error):
            error.description
        case .unknownLog(let origin):
            "the checkpoint of \(origin) isn't signed by a log that the policy names"
        case .tooFewWitnesses(let quorum, let seen):
            "the policy asks for the witnesses of \(quorum), and \(seen) of those it names have signed"
        }
    }
}
