import Proof

/// What a start finds of a log: its checkpoint, and the edge of its tiles, each checked.
struct LogStart {
    let signer: LogSigner
    let folder: LogFolder
    let leaves: LeafTable

    /// - Returns: nil for a log that never published anything.
    /// - Throws: `logDamaged`, `logAhead` or `logContradicted`; nothing was changed then.
    func run() throws(StoreError) -> (edge: TileEdge, published: TransparencyLog.SignedCheckpoint)? {
        guard let published = try folder.checkpoint(of: signer) else { return nil }
        let checkpoint = published.checkpoint
        let count = try leaves.count()
        guard count >= checkpoint.size else { throw .logAhead(published: checkpoint.size, stored: count) }
        if let edge = try edge(of: checkpoint) { return (edge, published) }
        try LogRepair(folder: folder, leaves: leaves).run(checkpoint)
        guard let edge = try edge(of: checkpoint) else { throw .logContradicted }
        return (edge, published)
    }

    /// The edge, if the tiles there lead to the signed root and the last leaf is content's; nil if they need repair.
    private func edge(of checkpoint: Checkpoint) throws(StoreError) -> TileEdge? {
        guard checkpoint.size > 0 else { return TileEdge() }
        do throws(TileError) {
            let edge = try TileEdge(size: checkpoint.size, root: checkpoint.root, reader: folder)
            let last = try TiledTree(size: checkpoint.size, reader: folder).entry(checkpoint.size - 1)
            return last == (try? leaves.commitments(checkpoint.size - 1..<checkpoint.size))?.first ? edge : nil
        } catch {
            return nil
        }
    }
}

extension LogFolder {
    /// The newest checkpoint, whose signature is checked; nil if there is none.
    ///
    /// - Throws: `logDamaged` if it isn't this log's.
    func checkpoint(of signer: LogSigner) throws(StoreError) -> TransparencyLog.SignedCheckpoint? {
        do {
            guard let bytes = try contents(Self.checkpoint) else { return nil }
            let note = try SignedNote(parsing: bytes)
            let checkpoint = try Checkpoint(text: note.text)
            guard try note.isSigned(by: signer.key.verifier), checkpoint.origin == signer.key.verifier.name.bytes else {
                throw StoreError.logDamaged("checkpoint isn't signed by this log's key: it or keys.sqlite was replaced")
            }
            return TransparencyLog.SignedCheckpoint(checkpoint: checkpoint, note: note)
        } catch let error as StoreError {
            throw error
        } catch {
            throw .logDamaged("checkpoint can't be read: \(error)")
        }
    }
}
