/// Why tiles of a log could not be read or made.
package enum TileError: Error, Hashable, Sendable {
    /// There is no such file.
    case missing(path: String)
    /// The file is there and could not be read; the reason as a sentence.
    case unreadable(path: String, reason: String)
    /// The file isn't a tile or an entry bundle of the width its path says.
    case malformed(path: String)
    /// Entries and hashes in the tiles, or tiles and the root hash, do not belong together.
    case contradiction(path: String)
    /// The tree of that many entries has no such entry.
    case noSuchEntry(index: Int, size: Int)
    /// Nothing can be proved between these sizes: the earlier one is 0 or the larger one.
    case noSuchGrowth(earlier: Int, later: Int)
    /// An entry takes at most 65,535 bytes.
    case entryTooLong(bytes: Int)
}

extension TileError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .missing(let path):
            "\(path) is missing"
        case .unreadable(let path, let reason):
            "\(path) can't be read: \(reason)"
        case .malformed(let path):
            "\(path) isn't of the form or the length that it should be"
        case .contradiction(let path):
            "\(path) contradicts the rest of the log"
        case .noSuchEntry(let index, let size):
            "a log of \(size) entries has no entry \(index)"
        case .noSuchGrowth(let earlier, let later):
            "nothing can be proved of growth from \(earlier) entries to \(later)"
        case .entryTooLong(let bytes):
            "an entry of \(bytes) bytes is too long for a log; 65535 is the most"
        }
    }
}
