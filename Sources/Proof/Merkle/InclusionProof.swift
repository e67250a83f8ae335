/// That a leaf stands at a position of a tree (RFC 6962 §2.1.1).
package struct InclusionProof: Hashable, Sendable {
    /// The position of the leaf, from 0.
    package let index: Int
    /// Leaves in the tree.
    package let size: Int
    /// The hashes beside the way up, from the leaf's sibling to the root's child.
    package let path: [MerkleHash]

    package init(index: Int, size: Int, path: [MerkleHash]) {
        self.index = index
        self.size = size
        self.path = path
    }

    /// The proof for a leaf, its hashes taken from `node`, which is asked for full subtrees only; nil if the tree has no such leaf.
    package init?<Failure: Error>(
        index: Int, size: Int, node: (MerkleNode) throws(Failure) -> MerkleHash
    ) throws(Failure) {
        guard index >= 0, index < size else { return nil }
        var path: [MerkleHash] = []
        for range in Self.ranges(index: index, size: size) {
            var hashes: [MerkleHash] = []
            for part in MerkleNode.covering(range) { hashes.append(try node(part)) }
            path.append(.root(above: hashes))
        }
        self.init(index: index, size: size, path: path)
    }

    /// The entries that each hash of the path stands for, in the order of the path (RFC 6962 §2.1.1).
    static func ranges(index: Int, size: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var tree = 0..<size
        while tree.count > 1 {
            let middle = tree.lowerBound + largestPowerOfTwo(below: tree.count)
            if index < middle {
                ranges.append(middle..<tree.upperBound)
                tree = tree.lowerBound..<middle
            } else {
                ranges.append(tree.lowerBound..<middle)
                tree = middle..<tree.upperBound
            }
        }
        return ranges.reversed()
    }

    /// Checks that the leaf with this hash stands at the position, in the tree with this root (RFC 9162 §2.1.3.2).
    package func verify(leaf: MerkleHash, root: MerkleHash) throws(ProofError) {
        guard index >= 0, index < size else { throw .noSuchLeaf(index: index, size: size) }
        var node = index
        var last = size - 1
        var hash = leaf
        for sibling in path {
            guard last > 0 else { throw .wrongLength(hashes: path.count) }
            if node & 1 == 1 || node == last {
                hash = .node(sibling, hash)
                // A node without a right sibling is its own parent.
                while node & 1 == 0 && node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .wrongLength(hashes: path.count) }
        guard hash == root else { throw .otherRoot }
    }
}

/// The largest power of two that is smaller than `count`, which is at least 2 (RFC 6962 §2.1).
func largestPowerOfTwo(below count: Int) -> Int {
    1 << (Int.bitWidth - 1 - (count - 1).leadingZeroBitCount)
}
