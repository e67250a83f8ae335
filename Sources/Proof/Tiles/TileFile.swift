/// A file of a log to write.
package struct TileFile: Hashable, Sendable {
    package let tile: Tile
    package let bytes: [UInt8]

    /// Where to write it, below the log's prefix.
    package var path: String { tile.path }
}
