import Wire

/// A witness's statement that it saw a checkpoint and nothing inconsistent with it (C2SP tlog-cosignature, Ed25519).
package enum Cosignature {
    /// The times at which a witness says so, in seconds since 1970; empty if the note has no cosignature of this key.
    ///
    /// - Throws: ``NoteError/badSignature(key:)`` if one is wrong.
    static func times(in note: SignedNote, by witness: VerifierKey) throws(NoteError) -> [Int64] {
        guard witness.algorithm == .cosignature else { return [] }
        var times: [Int64] = []
        for claim in note.claims(of: witness) {
            var reader = ByteReader(claim.bytes)
            guard let stamp = try? reader.u64(), let time = Int64(exactly: stamp),
                witness.isSignature(reader.rest(), of: message(text: note.text, time: time))
            else { throw .badSignature(key: witness.shortText) }
            times.append(time)
        }
        return times
    }

    /// What a witness signs: a header, the time, and the whole text of the checkpoint.
    static func message(text: [UInt8], time: Int64) -> [UInt8] {
        Array("cosignature/v1\ntime \(time)\n".utf8) + text
    }

    /// The signature line of a witness with this key at a time, as tests and a witness of one's own need it.
    ///
    /// - Throws: ``NoteError/notSigned``.
    package static func sign(_ note: SignedNote, with key: SigningKey, time: Int64) throws(NoteError) -> NoteSignature {
        let witness = verifier(of: key)
        let signature = try key.signature(of: message(text: note.text, time: time))
        return NoteSignature(name: witness.name, keyID: witness.id, bytes: bigEndian(time) + signature)
    }

    /// The key that checks cosignatures made with this one.
    package static func verifier(of key: SigningKey) -> VerifierKey {
        VerifierKey(name: key.verifier.name, algorithm: .cosignature, publicKey: key.verifier.publicKey)
    }
}
