// SPDX-License-Identifier: Apache-2.0

import Proof

/// How many bytes of a log's file are read at most, by its path.
enum LogFileSize {
    static func limit(of path: String) -> Int {
        switch Tile(path: path)?.level {
        case .entries: Tile.fullWidth * (2 + EntryBundle.maximumEntry)
        case .hashes: Tile.fullWidth * MerkleHash.size
        case nil: max(SignedNote.maximumSize, Policy.maximumSize)
        }
    }
}
