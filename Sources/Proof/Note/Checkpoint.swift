import Wire

/// The size and the root hash of a log at a time, which its key signs (C2SP tlog-checkpoint).
package struct Checkpoint: Hashable, Sendable {
    /// Which log, as bytes: the name of its key.
    package let origin: [UInt8]
    /// Entries in the log.
    package let size: Int
    package let root: MerkleHash
    /// Further lines, of which nothing is known.
    package let extensions: [[UInt8]]

    /// The checkpoint of a log whose key has this name.
    package init(origin: KeyName, size: Int, root: MerkleHash) {
        self.origin = origin.bytes
        self.size = size
        self.root = root
        extensions = []
    }

    /// The checkpoint that is the text of a note, signed or not: printing it gives the same text.
    ///
    /// - Throws: ``NoteError/notACheckpoint``.
    package init(text: [UInt8]) throws(NoteError) {
        guard text.last == UInt8(ascii: "\n") else { throw .notACheckpoint }
        let lines = text.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count >= 3, lines.allSatisfy({ !$0.isEmpty }), let size = decimal(lines[1]),
            let hash = Base64.decode(Array(lines[2])), let root = MerkleHash(bytes: hash)
        else { throw .notACheckpoint }
        origin = Array(lines[0])
        self.size = size
        self.root = root
        extensions = lines.dropFirst(3).map(Array.init)
    }

    /// The text that is signed.
    package var text: [UInt8] {
        let lines = [origin, Array(String(size).utf8), Base64.encode(root.bytes)] + extensions
        return lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    }

    /// The note that the log publishes as `checkpoint`.
    ///
    /// - Throws: ``NoteError/notSigned``.
    package func signed(by key: SigningKey) throws(NoteError) -> SignedNote {
        try SignedNote(text: text, signedBy: key)
    }
}
