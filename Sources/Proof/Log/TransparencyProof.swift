import Wire

/// That an entry is in a log, for checking offline (C2SP tlog-proof): its position, the Merkle path and a signed checkpoint.
///
/// The file `NAME.tlog-proof`.
package struct TransparencyProof: Hashable, Sendable {
    /// What else the verifier needs to know the entry from: the salt of a commitment. It is authenticated only by the entry.
    package let extra: [UInt8]?
    /// The position of the entry, from 0.
    package let index: Int
    /// The Merkle path, from the leaf's sibling up.
    package let path: [MerkleHash]
    /// The checkpoint, signed; unverified.
    package let checkpoint: SignedNote

    package init(extra: [UInt8]?, index: Int, path: [MerkleHash], checkpoint: SignedNote) {
        self.extra = extra
        self.index = index
        self.path = path
        self.checkpoint = checkpoint
    }

    /// A proof from its text; printing it gives the same bytes.
    ///
    /// - Throws: ``TransparencyProofError``.
    package init(parsing bytes: [UInt8]) throws(TransparencyProofError) {
        guard bytes.count <= SignedNote.maximumSize else { throw .tooLong }
        let lineFeed = UInt8(ascii: "\n")
        var rest = bytes[...]
        func line() throws(TransparencyProofError) -> ArraySlice<UInt8> {
            guard let end = rest.firstIndex(of: lineFeed) else { throw .truncated }
            defer { rest = rest[(end + 1)...] }
            return rest[..<end]
        }
        guard try line().elementsEqual(Self.header) else { throw .notAProof }
        var next = try line()
        if next.starts(with: Self.extraLabel) {
            guard let decoded = Base64.decode(Array(next.dropFirst(Self.extraLabel.count))), !decoded.isEmpty else {
                throw .badExtra
            }
            extra = decoded
            next = try line()
        } else {
            extra = nil
        }
        guard next.starts(with: Self.indexLabel), let index = decimal(next.dropFirst(Self.indexLabel.count)) else {
            throw .badIndex
        }
        self.index = index
        var path: [MerkleHash] = []
        next = try line()
        while !next.isEmpty {
            guard path.count < Int.bitWidth, let decoded = Base64.decode(Array(next)),
                let hash = MerkleHash(bytes: decoded)
            else { throw .badHash(number: path.count + 1) }
            path.append(hash)
            next = try line()
        }
        self.path = path
        do {
            checkpoint = try SignedNote(parsing: Array(rest))
        } catch {
            throw .badCheckpoint(error)
        }
    }

    /// The text of the proof.
    package var bytes: [UInt8] {
        var lines = [Self.header]
        if let extra, !extra.isEmpty { lines.append(Self.extraLabel + Base64.encode(extra)) }
        lines.append(Self.indexLabel + Array(String(index).utf8))
        for hash in path { lines.append(Base64.encode(hash.bytes)) }
        lines.append([])
        return lines.flatMap { $0 + [UInt8(ascii: "\n")] } + checkpoint.bytes
    }

    private static let header = Array("c2sp.org/tlog-proof@v1".utf8)
    private static let extraLabel = Array("extra ".utf8)
    private static let indexLabel = Array("index ".utf8)
}

extension TransparencyProof {
    /// Checks that an entry is in a log that the policy trusts, and gives the checkpoint that says so.
    ///
    /// - Throws: ``TransparencyProofError/untrusted(_:)`` if the policy doesn't accept the checkpoint,
    ///   ``TransparencyProofError/notIncluded(_:)`` if the path doesn't lead from the entry to its root.
    package func verify(entry: [UInt8], policy: Policy) throws(TransparencyProofError) -> TrustedCheckpoint {
        let trusted: TrustedCheckpoint
        do {
            trusted = try policy.verify(checkpoint)
        } catch {
            throw .untrusted(error)
        }
        do {
            try InclusionProof(index: index, size: trusted.checkpoint.size, path: path)
                .verify(leaf: .leaf(entry), root: trusted.checkpoint.root)
        } catch {
            throw .notIncluded(error)
        }
        return trusted
    }
}
