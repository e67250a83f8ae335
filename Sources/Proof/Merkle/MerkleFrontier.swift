/// The right edge of a Merkle tree: all that appending leaves and knowing the root takes, at most 63 hashes.
///
/// A tree of `size` leaves consists of one full subtree for each bit set in `size`, the largest one first; the frontier is the
/// hashes of these.
package struct MerkleFrontier: Hashable, Sendable {
    /// Leaves in the tree.
    package private(set) var size: Int
    /// The hashes of the full subtrees, the largest first.
    package private(set) var subtrees: [MerkleHash]

    /// The empty tree.
    package init() {
        size = 0
        subtrees = []
    }

    /// The tree of `size` leaves whose full subtrees have these hashes, the largest first; nil if they are not as many as that
    /// size has.
    package init?(size: Int, subtrees: [MerkleHash]) {
        guard size >= 0, subtrees.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.subtrees = subtrees
    }

    /// Adds one leaf at the right, given its hash.
    package mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        for _ in 0..<(~size).trailingZeroBitCount {
            guard let left = subtrees.popLast() else { break }
            hash = .node(left, hash)
        }
        subtrees.append(hash)
        size += 1
    }

    /// The Merkle tree hash of all leaves (RFC 6962 §2.1).
    package var root: MerkleHash { .root(above: subtrees) }
}
