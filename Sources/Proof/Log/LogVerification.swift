/// A log checked from beginning to end: its checkpoint against a policy, every entry against every tile, and all of them against the
/// signed root; and that it only grew since an earlier checkpoint.
///
/// Files come in one after another, in the order of ``LogFiles``, and none is kept: memory stays below a megabyte for any log.
package struct LogVerification: Sendable {
    /// The checkpoint, which the policy accepts.
    package let trusted: TrustedCheckpoint
    private let earlier: TrustedCheckpoint?
    private var edge = TileEdge()
    /// What the next files must be, from the entries read so far.
    private var expected: ArraySlice<TileFile> = []
    /// The root of the entries at the earlier checkpoint's size.
    private var earlierRoot: MerkleHash?

    /// Begins with the log's checkpoint and, if there is one, a checkpoint seen earlier.
    ///
    /// - Throws: ``LogFault/untrusted(_:)``, ``LogFault/untrustedEarlier(_:)``, ``LogFault/otherLog(earlier:now:)``,
    ///   ``LogFault/older(earlier:now:)``, ``LogFault/forked(size:)``.
    package init(checkpoint: [UInt8], policy: Policy, earlier: [UInt8]? = nil) throws(LogFault) {
        do {
            trusted = try policy.verify(parsing: checkpoint)
        } catch {
            throw .untrusted(error)
        }
        if let earlier {
            do {
                self.earlier = try policy.verify(parsing: earlier)
            } catch {
                throw .untrustedEarlier(error)
            }
        } else {
            self.earlier = nil
        }
        let now = trusted.checkpoint
        guard let before = self.earlier?.checkpoint else { return }
        earlierRoot = before.size == 0 ? edge.root : nil
        guard before.origin == now.origin else {
            throw .otherLog(
                earlier: String(decoding: before.origin, as: UTF8.self),
                now: String(decoding: now.origin, as: UTF8.self))
        }
        guard before.size <= now.size else { throw .older(earlier: before.size, now: now.size) }
        guard before.size < now.size || before.root == now.root else { throw .forked(size: now.size) }
    }

    /// The file to be checked next, nil when all are.
    package var wanted: Tile? {
        if let next = expected.first { return next.tile }
        let size = trusted.checkpoint.size
        return edge.size < size ? Tile(entries: edge.size / Tile.fullWidth, treeSize: size) : nil
    }

    /// Checks the bytes of the file that is wanted.
    ///
    /// - Throws: ``LogFault/altered(path:)``, or ``LogFault/file(_:)`` for an entry bundle that can't be read.
    package mutating func take(_ bytes: [UInt8]) throws(LogFault) {
        if let next = expected.popFirst() {
            guard bytes == next.bytes else { throw .altered(path: next.path) }
            return
        }
        guard let tile = wanted else { return }
        guard let entries = EntryBundle.parse(bytes, width: tile.width) else {
            throw .file(.malformed(path: tile.path))
        }
        var files: [TileFile] = []
        for entry in entries {
            edge.add(entry, &files)
            if edge.size == earlier?.checkpoint.size { earlierRoot = edge.root }
        }
        if edge.size == trusted.checkpoint.size { files += edge.partialFiles }
        expected = files.filter { $0.tile.level != .entries }[...]
    }

    /// The result, when every file has been checked.
    ///
    /// - Throws: ``LogFault/unfinished``, ``LogFault/otherRoot(size:)``, ``LogFault/forked(size:)``.
    package func finish() throws(LogFault) -> VerifiedLog {
        guard wanted == nil else { throw .unfinished }
        guard edge.root == trusted.checkpoint.root else { throw .otherRoot(size: edge.size) }
        if let earlier {
            guard earlierRoot == earlier.checkpoint.root else { throw .forked(size: earlier.checkpoint.size) }
        }
        return VerifiedLog(checkpoint: trusted, earlier: earlier)
    }
}

extension LogVerification {
    /// Checks a whole log as it lies in a folder, or wherever the reader reads.
    ///
    /// - Throws: ``LogFault``.
    package static func verify(
        _ reader: some TileReader, policy: Policy, earlier: [UInt8]? = nil
    ) throws(LogFault) -> VerifiedLog {
        do {
            var verification = try LogVerification(
                checkpoint: try reader.read("checkpoint"), policy: policy, earlier: earlier)
            while let tile = verification.wanted { try verification.take(try reader.read(tile)) }
            return try verification.finish()
        } catch let fault as LogFault {
            throw fault
        } catch let error as TileError {
            throw .file(error)
        } catch {
            throw .unfinished
        }
    }
}
