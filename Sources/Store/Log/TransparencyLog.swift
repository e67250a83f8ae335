import Consent
import Foundation
import Proof
import Synchronization
import Wire

/// A region's transparency log: static files in the formats of C2SP (tlog-tiles, tlog-checkpoint), that anybody can check.
///
/// Leaves enter content together with what they stand for; ``publish()`` brings those that wait there to the files. The order
/// is what makes it safe against crashes: leaves are durable in content, then tiles are, and only then a checkpoint over them
/// is signed. What a crash cuts short is done again from content, with the same bytes.
package final class TransparencyLog: Sendable {
    /// The folder of the log's files. Only its owner can read it, like everything of the store: another web server publishes a
    /// copy.
    package let directory: String
    /// The log's name, which is its key's too: `DOMAIN/REGION/NUMBER`.
    package let origin: String
    package let number: Int32

    let signers: [Int32: LogSigner]
    let content: Content
    let keys: KeysFile
    let folder: LogFolder
    private let signer: LogSigner
    private let leaves: LeafTable
    /// The right edge of the tiles on disk; held while the files are written.
    private let edge: Mutex<TileEdge>
    private let latest: Mutex<SignedCheckpoint?>

    /// A checkpoint and the note that signs it.
    struct SignedCheckpoint: Sendable {
        let checkpoint: Checkpoint
        let note: SignedNote
    }

    /// Opens the newest log of a region, checks it against content, and makes up for tiles that are missing or damaged.
    ///
    /// - Throws: `logAhead` or `logContradicted` if content isn't what was published from; `logDamaged` if the checkpoint isn't
    ///   this log's.
    init(_ signer: LogSigner, signers: [Int32: LogSigner], files: RegionFiles, content: Content, keys: KeysFile)
        throws(StoreError)
    {
        self.signer = signer
        self.signers = signers
        self.content = content
        self.keys = keys
        number = signer.number
        origin = "\(signer.key.verifier.name)"
        directory = files.log(signer.number)
        folder = LogFolder(path: directory)
        leaves = LeafTable(content: content, log: signer.number)
        try folder.prepare()
        let latest = try LogStart(signer: signer, folder: folder, leaves: leaves).run()
        self.latest = Mutex(latest?.published)
        edge = Mutex(latest?.edge ?? TileEdge())
        try writePolicy()
    }

    private func writePolicy() throws(StoreError) {
        let policy = Policy(log: signer.key.verifier).bytes
        if (try? folder.contents(LogFolder.policy)) != policy { try folder.write([(LogFolder.policy, policy)]) }
    }

    /// Puts back what was published when somebody removed or emptied the folder under a server that runs: the next checkpoint
    /// would sign tiles that aren't on the disk.
    private func restoreIfGone() throws(StoreError) {
        guard let published = latest.withLock({ $0 }) else { return }
        do throws(TileError) {
            guard try folder.contents(LogFolder.checkpoint) == nil else { return }
        } catch {
            return
        }
        try LogRepair(folder: folder, leaves: leaves).run(published.checkpoint)
        try writePolicy()
        try folder.write([(LogFolder.checkpoint, published.note.bytes)])
    }

    /// What a verifier needs, and all of it (C2SP tlog-policy): the log's key, and that no witnesses are asked for.
    package var policy: String {
        String(decoding: Policy(log: signer.key.verifier).bytes, as: UTF8.self)
    }

    /// Leaves that the newest checkpoint covers.
    package var size: Int { latest.withLock { $0?.checkpoint.size ?? 0 } }

    /// Publishes the leaves that wait in content. Blocks for the disk; one call at a time, others wait.
    ///
    /// - Throws: `logUnwritable`, or what reading content throws. Nothing is lost by that: the next call does it all again.
    package func publish() throws(StoreError) {
        try edge.withLock { (edge: inout TileEdge) throws(StoreError) in
            try restoreIfGone()
            let count = try leaves.count()
            guard count > edge.size || (count > 0 && size < count) else { return }
            var next = edge
            try leaves.forEachSlice(below: count, from: next.size) { (slice) throws(StoreError) in
                let files = try next.adding(slice)
                // Partial tiles belong to the size that is signed in the end.
                let wanted = next.size == count ? files : files.filter(\.tile.isFull)
                try folder.write(wanted.map { ($0.path, $0.bytes) })
            }
            // Every leaf below is on the disk now, in content and in tiles.
            try sign(size: next.size, root: next.root)
            dropPartials(from: edge.size, to: next.size)
            edge = next
        }
    }

    /// ``publish()`` on a thread of its own, to wait for.
    package func publishInBackground() async throws(StoreError) {
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                do throws(StoreError) {
                    try self.publish()
                    continuation.resume(returning: .success(()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        try result.get()
    }

    private func sign(size: Int, root: MerkleHash) throws(StoreError) {
        let checkpoint = Checkpoint(origin: signer.key.verifier.name, size: size, root: root)
        let note: SignedNote
        do throws(NoteError) {
            note = try checkpoint.signed(by: signer.key)
        } catch {
            throw .damaged(KeysFile.fileName)
        }
        try folder.write([(LogFolder.checkpoint, note.bytes)])
        latest.withLock { $0 = SignedCheckpoint(checkpoint: checkpoint, note: note) }
    }

    /// Partial tiles whose full one is published; readers take the full one's beginning instead (C2SP tlog-tiles, Partial Tiles).
    private func dropPartials(from old: Int, to new: Int) {
        var level = 0
        while level * 8 < Int.bitWidth - 1, new >> (level * 8) > 0 {
            let edge = old >> ((level + 1) * 8)
            if edge < new >> ((level + 1) * 8), old >> (level * 8) & 255 != 0 {
                if let tile = Tile(.hashes(level), index: edge) { folder.drop(tile.partials) }
                if level == 0, let bundle = Tile(.entries, index: edge) { folder.drop(bundle.partials) }
            }
            level += 1
        }
    }

    // MARK: - Proofs

    /// The `.tlog-proof` of a receipt or record, its salt included (C2SP tlog-proof); nil while it is unpublished, or when its
    /// person has left. Blocks for disk reads.
    package func proof(of kept: KeptReceipt) throws(StoreError) -> [UInt8]? {
        let secret = try keys.read { (keys) throws(StoreError) in try keys.salt(of: kept.decision) }
        guard let secret else { return nil }
        return try proof(at: kept.leaf, of: kept.bytes, salt: kept.salt(from: secret))
    }

    /// The same for a departure; nil while it is unpublished.
    package func proof(of departure: FinalReceipt) throws(StoreError) -> [UInt8]? {
        try proof(at: departure.leaf, of: departure.receipt, salt: departure.salt)
    }

    /// Proves from the tiles, checks the proof before it is given, and repairs tiles that don't prove what they should.
    private func proof(at leaf: LeafPosition, of bytes: [UInt8], salt: [UInt8]) throws(StoreError) -> [UInt8]? {
        let (folder, published) = try published(leaf.log)
        guard let published, leaf.index < published.checkpoint.size else { return nil }
        let tree = TiledTree(size: published.checkpoint.size, reader: folder)
        let hash = MerkleHash.leaf(Commitment.of(bytes, salt: salt))
        var inclusion = tree.provenInclusion(of: leaf.index, hash, root: published.checkpoint.root)
        if inclusion == nil {
            try edge.withLock { (_: inout TileEdge) throws(StoreError) in
                try LogRepair(folder: folder, leaves: LeafTable(content: content, log: leaf.log))
                    .run(published.checkpoint)
            }
            inclusion = tree.provenInclusion(of: leaf.index, hash, root: published.checkpoint.root)
        }
        guard let inclusion else { throw .logContradicted }
        return TransparencyProof(
            extra: salt, index: leaf.index, path: inclusion.path, checkpoint: published.note
        ).bytes
    }

    /// The files and the newest checkpoint of a log of this region: this one, or one that it follows.
    private func published(_ log: Int32) throws(StoreError) -> (LogFolder, SignedCheckpoint?) {
        if log == number { return (folder, latest.withLock { $0 }) }
        guard let signer = signers[log] else { throw .damaged(KeysFile.fileName) }
        let parent = directory.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let folder = LogFolder(path: parent.joined(separator: "/") + "/\(log)")
        return (folder, try folder.checkpoint(of: signer))
    }
}

extension KeptReceipt {
    /// The salt that its leaf was made with.
    func salt(from secret: Salt) -> [UInt8] {
        day.map { secret.ofUses(day: $0) } ?? secret.ofReceipt
    }
}

extension TiledTree {
    /// The proof that a leaf is where it should be; nil if the tiles don't prove it.
    fileprivate func provenInclusion(of index: Int, _ leaf: MerkleHash, root: MerkleHash) -> InclusionProof? {
        guard let proof = try? inclusionProof(of: index), (try? proof.verify(leaf: leaf, root: root)) != nil else {
            return nil
        }
        return proof
    }
}

extension TileEdge {
    /// Appends commitments, which are never too long for a tile.
    mutating func adding(_ commitments: [[UInt8]]) throws(StoreError) -> [TileFile] {
        do throws(TileError) {
            return try append(commitments)
        } catch {
            throw .damaged(Content.fileName)
        }
    }
}
