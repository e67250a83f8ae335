/// The right edge of a tiled tree: the partial tile of each level and the partial entry bundle, in memory.
///
/// From it follow the root and, when entries are appended, every file to write. It is read back from the files of a log of any size
/// in one small file a level (four for 10 million entries), and holds at most 255 hashes a level.
package struct TileEdge: Sendable {
    /// Entries in the log.
    package private(set) var size: Int
    /// Entries of the partial bundle.
    private var entries: [[UInt8]]
    /// Hashes of the partial tile at each level, none where the level ends with a full tile.
    private var levels: [[MerkleHash]]

    /// The empty log.
    package init() {
        size = 0
        entries = []
        levels = []
    }

    /// The edge of a log of `size` entries, read from its files.
    ///
    /// - Throws: ``TileError/contradiction(path:)`` if entries don't hash to the leaves beside them, or the tiles not to the root, if
    ///   one is given; or what reading throws.
    package init(size: Int, root: MerkleHash? = nil, reader: some TileReader) throws(TileError) {
        self.init()
        self.size = size
        var level = 0
        while level * Tile.height < Int.bitWidth, size >> (level * Tile.height) > 0 {
            let tile = Tile(level: level, index: size >> ((level + 1) * Tile.height), treeSize: size)
            levels.append(try tile.map { tile throws(TileError) in try reader.hashes(of: tile) } ?? [])
            level += 1
        }
        if let tile = Tile(entries: size / Tile.fullWidth, treeSize: size) {
            guard let entries = EntryBundle.parse(try reader.read(tile), width: tile.width) else {
                throw .malformed(path: tile.path)
            }
            guard entries.map(MerkleHash.leaf) == levels[0] else { throw .contradiction(path: tile.path) }
            self.entries = entries
        }
        if let root, root != self.root {
            throw .contradiction(path: "checkpoint")
        }
    }

    /// The full subtrees of the tree.
    package var frontier: MerkleFrontier {
        var subtrees: [MerkleHash] = []
        for hashes in levels.reversed() {
            var part = MerkleFrontier()
            for hash in hashes { part.append(hash) }
            subtrees += part.subtrees
        }
        return MerkleFrontier(size: size, subtrees: subtrees) ?? MerkleFrontier()
    }

    /// The Merkle tree hash of all entries.
    package var root: MerkleHash { frontier.root }

    /// Appends entries and gives the files to write: full tiles and the partial ones at the new edge.
    ///
    /// Files of a log never change: partial tiles of earlier sizes stay beside those of later ones until the full tile is there,
    /// and may then be deleted (``Tile/partials``).
    ///
    /// - Throws: ``TileError/entryTooLong(bytes:)``, and then nothing is appended.
    package mutating func append(_ new: [[UInt8]]) throws(TileError) -> [TileFile] {
        guard !new.isEmpty else { return [] }
        if let long = new.first(where: { $0.count > EntryBundle.maximumEntry }) {
            throw .entryTooLong(bytes: long.count)
        }
        var files: [TileFile] = []
        for entry in new { add(entry, &files) }
        return files + partialFiles
    }

    /// The partial tiles at the edge.
    var partialFiles: [TileFile] {
        var files: [TileFile] = []
        if let tile = Tile(entries: size / Tile.fullWidth, treeSize: size), let bytes = EntryBundle.encode(entries) {
            files.append(TileFile(tile: tile, bytes: bytes))
        }
        for (level, hashes) in levels.enumerated() where !hashes.isEmpty {
            let index = size >> ((level + 1) * Tile.height)
            guard let tile = Tile(level: level, index: index, treeSize: size) else { continue }
            files.append(TileFile(tile: tile, bytes: hashes.flatMap(\.bytes)))
        }
        return files
    }

    /// Adds an entry, which is short enough, and the tiles that it fills.
    mutating func add(_ entry: [UInt8], _ files: inout [TileFile]) {
        entries.append(entry)
        size += 1
        if entries.count == Tile.fullWidth {
            if let tile = Tile(entries: size / Tile.fullWidth - 1, treeSize: size),
                let bytes = EntryBundle.encode(entries)
            {
                files.append(TileFile(tile: tile, bytes: bytes))
            }
            entries.removeAll(keepingCapacity: true)
        }
        var hash = MerkleHash.leaf(entry)
        var level = 0
        while true {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            guard levels[level].count == Tile.fullWidth else { return }
            let index = (size >> ((level + 1) * Tile.height)) - 1
            if let tile = Tile(level: level, index: index, treeSize: size) {
                files.append(TileFile(tile: tile, bytes: levels[level].flatMap(\.bytes)))
            }
            var full = MerkleFrontier()
            for child in levels[level] { full.append(child) }
            hash = full.root
            levels[level].removeAll(keepingCapacity: true)
            level += 1
        }
    }
}
