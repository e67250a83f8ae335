/// The files of a log of a size, in the order in which ``LogVerification`` wants them: each entry bundle, then the tiles that it
/// completes, and at last the partial tiles.
package struct LogFiles: Sequence, IteratorProtocol, Sendable {
    private let size: Int
    private var bundle = 0
    /// The level of the next tile after the bundle before, nil if a bundle is next.
    private var level: Int?

    /// The files of a log of `size` entries.
    package init(size: Int) {
        self.size = size
    }

    package mutating func next() -> Tile? {
        while true {
            guard let current = level else {
                guard let tile = Tile(entries: bundle, treeSize: size) else { return nil }
                bundle += 1
                level = 0
                return tile
            }
            if let tile = tile(fromLevel: current) { return tile }
            level = nil
        }
    }

    /// The next tile, upwards, that the bundle before completed, or that stays partial because the bundle is the last.
    private mutating func tile(fromLevel first: Int) -> Tile? {
        let entries = Swift.min(bundle * Tile.fullWidth, size)
        for current in first..<(Int.bitWidth / Tile.height) {
            let shift = (current + 1) * Tile.height
            if entries & ((1 << shift) - 1) == 0 {
                level = current + 1
                return Tile(level: current, index: (entries >> shift) - 1, treeSize: size)
            }
            guard entries == size else { return nil }
            if let partial = Tile(level: current, index: entries >> shift, treeSize: size) {
                level = current + 1
                return partial
            }
        }
        return nil
    }
}
