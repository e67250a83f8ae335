/// Where the files of a log are read: a folder, a web server, a test's dictionary.
package protocol TileReader {
    /// The bytes of the file at a path below the log's prefix, such as `tile/0/000.p/3`.
    ///
    /// - Throws: ``TileError/missing(path:)`` if there is no such file, ``TileError/unreadable(path:reason:)`` if reading fails.
    func read(_ path: String) throws(TileError) -> [UInt8]
}

extension TileReader {
    /// The bytes of a tile, cut from the full tile if the partial one is gone.
    package func read(_ tile: Tile) throws(TileError) -> [UInt8] {
        do {
            return try read(tile.path)
        } catch {
            guard case .missing = error, !tile.isFull else { throw error }
            guard let full = try? read(tile.full.path) else { throw error }
            guard let part = tile.part(ofFull: full) else { throw .malformed(path: tile.full.path) }
            return part
        }
    }

    /// The hashes of a tile.
    func hashes(of tile: Tile) throws(TileError) -> [MerkleHash] {
        let bytes = try read(tile)
        guard let hashes = MerkleHash.list(bytes), hashes.count == tile.width else { throw .malformed(path: tile.path) }
        return hashes
    }
}

extension MerkleHash {
    /// Hashes one after another; nil if the last is cut.
    static func list(_ bytes: [UInt8]) -> [MerkleHash]? {
        guard bytes.count.isMultiple(of: size) else { return nil }
        return stride(from: 0, to: bytes.count, by: size).compactMap { MerkleHash(bytes: Array(bytes[$0..<$0 + size])) }
    }
}
