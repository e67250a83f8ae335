/// A tree of a size, read from tiles: proofs, hashes of nodes and the root, from as few tiles as it takes.
///
/// What tiles say isn't checked here: a proof made from altered tiles fails when it is verified.
package struct TiledTree<Reader: TileReader> {
    /// Leaves in the tree.
    package let size: Int
    private let reader: Reader

    /// The tree of the first `size` entries of a log.
    package init(size: Int, reader: Reader) {
        self.size = size
        self.reader = reader
    }

    /// The proof that entry `index` is in the tree.
    ///
    /// - Throws: ``TileError/noSuchEntry(index:size:)``, or what reading throws.
    package func inclusionProof(of index: Int) throws(TileError) -> InclusionProof {
        var hashes = NodeHashes(size: size, reader: reader)
        let proof = try InclusionProof(index: index, size: size) { node throws(TileError) in try hashes.hash(of: node) }
        guard let proof else { throw .noSuchEntry(index: index, size: size) }
        return proof
    }

    /// The proof that the tree grew from its first `earlier` entries.
    ///
    /// - Throws: ``TileError/noSuchGrowth(earlier:later:)``, or what reading throws.
    package func consistencyProof(from earlier: Int) throws(TileError) -> ConsistencyProof {
        var hashes = NodeHashes(size: size, reader: reader)
        let proof = try ConsistencyProof(earlier: earlier, later: size) { node throws(TileError) in
            try hashes.hash(of: node)
        }
        guard let proof else { throw .noSuchGrowth(earlier: earlier, later: size) }
        return proof
    }

    /// The right edge of the tree, which gives its root too; reads at most one tile a level.
    package func frontier() throws(TileError) -> MerkleFrontier {
        var hashes = NodeHashes(size: size, reader: reader)
        var subtrees: [MerkleHash] = []
        for node in MerkleNode.covering(0..<size) { subtrees.append(try hashes.hash(of: node)) }
        guard let frontier = MerkleFrontier(size: size, subtrees: subtrees) else { throw .malformed(path: "tile") }
        return frontier
    }

    /// The bytes of entry `index`.
    ///
    /// - Throws: ``TileError/noSuchEntry(index:size:)``, or what reading throws.
    package func entry(_ index: Int) throws(TileError) -> [UInt8] {
        guard index >= 0, index < size, let tile = Tile(entries: index / Tile.fullWidth, treeSize: size) else {
            throw .noSuchEntry(index: index, size: size)
        }
        guard let entries = EntryBundle.parse(try reader.read(tile), width: tile.width) else {
            throw .malformed(path: tile.path)
        }
        return entries[index % Tile.fullWidth]
    }
}

extension Tile {
    /// The tiles that a proof of entry `index` in a tree of `treeSize` leaves is made of; none if there is no such entry.
    package static func needed(toProve index: Int, treeSize: Int) -> Set<Tile> {
        guard index >= 0, index < treeSize else { return [] }
        return tiles(of: InclusionProof.ranges(index: index, size: treeSize), treeSize: treeSize)
    }

    /// The tiles that a proof of growth is made of; none if the earlier tree is empty or the larger one.
    package static func needed(toProveGrowthFrom earlier: Int, treeSize: Int) -> Set<Tile> {
        guard earlier > 0, earlier <= treeSize else { return [] }
        return tiles(of: ConsistencyProof.ranges(earlier: earlier, later: treeSize), treeSize: treeSize)
    }

    private static func tiles(of ranges: [Range<Int>], treeSize: Int) -> Set<Tile> {
        Set(ranges.flatMap(MerkleNode.covering).compactMap { node in node.place(treeSize: treeSize)?.tile })
    }
}

extension MerkleNode {
    /// The tile that holds what the node is hashed from, and where in it; nil if that tree hasn't the node.
    func place(treeSize: Int) -> (tile: Tile, hashes: Range<Int>)? {
        guard level >= 0, level < Int.bitWidth - 1, index >= 0, index < treeSize >> level else { return nil }
        let height = level % Tile.height
        let first = index << height
        let tile = Tile(level: level / Tile.height, index: first / Tile.fullWidth, treeSize: treeSize)
        let start = first % Tile.fullWidth
        let end = start + (1 << height)
        guard let tile, end <= tile.width else { return nil }
        return (tile, start..<end)
    }
}

/// Hashes of nodes, computed from tiles, each of which is read once.
private struct NodeHashes<Reader: TileReader> {
    let size: Int
    let reader: Reader
    private var read: [Tile: [MerkleHash]] = [:]

    init(size: Int, reader: Reader) {
        self.size = size
        self.reader = reader
    }

    mutating func hash(of node: MerkleNode) throws(TileError) -> MerkleHash {
        guard let place = node.place(treeSize: size) else {
            throw .noSuchEntry(index: ((node.index + 1) << node.level) - 1, size: size)
        }
        let hashes: [MerkleHash]
        if let known = read[place.tile] {
            hashes = known
        } else {
            hashes = try reader.hashes(of: place.tile)
            read[place.tile] = hashes
        }
        var row = hashes[place.hashes]
        while row.count > 1 {
            row =
                stride(from: row.startIndex, to: row.endIndex, by: 2).map { MerkleHash.node(row[$0], row[$0 + 1]) }[...]
        }
        return row[row.startIndex]
    }
}
