/// A file of a tiled log (C2SP tlog-tiles): 256 neighbouring hashes of one level of the tree, or 256 entries, or, at the right
/// edge, as many as there are.
package struct Tile: Hashable, Sendable {
    package enum Level: Hashable, Sendable {
        /// An entry bundle.
        case entries
        /// Hashes of full subtrees of `256^level` leaves, 0 being the leaves.
        case hashes(Int)
    }

    /// Hashes, or entries, in a full tile.
    package static let fullWidth = 256
    /// Levels of the tree between those of two tiles.
    static let height = 8

    package let level: Level
    /// Which tile of its level, from 0.
    package let index: Int
    /// Hashes or entries in it, 1–256.
    package let width: Int

    /// A tile; nil if the level isn't 0–63, the index is negative or the width isn't 1–256.
    package init?(_ level: Level, index: Int, width: Int = fullWidth) {
        if case .hashes(let number) = level {
            guard (0...63).contains(number) else { return nil }
        }
        guard index >= 0, (1...Self.fullWidth).contains(width) else { return nil }
        self.init(unchecked: level, index: index, width: width)
    }

    private init(unchecked level: Level, index: Int, width: Int) {
        self.level = level
        self.index = index
        self.width = width
    }

    /// A tile of hashes as it is in a tree of that many leaves; nil if that tree doesn't have it.
    package init?(level: Int, index: Int, treeSize: Int) {
        guard (0...63).contains(level), index >= 0 else { return nil }
        let hashes = level * Self.height < Int.bitWidth ? treeSize >> (level * Self.height) : 0
        guard index <= hashes >> Self.height else { return nil }
        let width = index < hashes >> Self.height ? Self.fullWidth : hashes & (Self.fullWidth - 1)
        self.init(.hashes(level), index: index, width: width)
    }

    /// An entry bundle as it is in a tree of that many leaves; nil if that tree doesn't have it.
    package init?(entries index: Int, treeSize: Int) {
        guard let leaves = Tile(level: 0, index: index, treeSize: treeSize) else { return nil }
        self.init(unchecked: .entries, index: index, width: leaves.width)
    }

    package var isFull: Bool { width == Self.fullWidth }

    /// The full tile that takes this one's place once there are enough hashes or entries.
    package var full: Tile { Tile(unchecked: level, index: index, width: Self.fullWidth) }

    /// What of the full tile's bytes the tile holds, nil if there is less: logs may drop partial tiles that have become full.
    package func part(ofFull bytes: [UInt8]) -> [UInt8]? {
        switch level {
        case .hashes:
            let count = width * MerkleHash.size
            return bytes.count < count ? nil : Array(bytes.prefix(count))
        case .entries:
            guard let entries = EntryBundle.parse(bytes, width: Self.fullWidth) else { return nil }
            return EntryBundle.encode(entries.prefix(width))
        }
    }
}
