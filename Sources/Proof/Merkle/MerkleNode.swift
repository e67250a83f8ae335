/// A node above a full subtree: the hash of the entries `index << level` up to but not including `(index + 1) << level`.
///
/// Level 0 are the leaves. Such a node never changes once its entries are there, so it can be stored.
package struct MerkleNode: Hashable, Sendable {
    package let level: Int
    package let index: Int

    package init(level: Int, index: Int) {
        self.level = level
        self.index = index
    }
}

extension MerkleNode {
    /// The fewest nodes whose subtrees make up the entries of `range`, from left to right.
    ///
    /// For a range that starts at 0, or that the splits of RFC 6962 §2.1 lead to, subtrees shrink from left to right, and folding
    /// their hashes from the right gives the hash of the range.
    static func covering(_ range: Range<Int>) -> [MerkleNode] {
        var nodes: [MerkleNode] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let largest = Int.bitWidth - 1 - (range.upperBound - start).leadingZeroBitCount
            let level = min(start.trailingZeroBitCount, largest)
            nodes.append(MerkleNode(level: level, index: start >> level))
            start += 1 << level
        }
        return nodes
    }
}
