/// That a tree grew from an earlier one by appending alone (RFC 6962 §2.1.2).
package struct ConsistencyProof: Hashable, Sendable {
    /// Leaves in the earlier tree.
    package let earlier: Int
    /// Leaves in the later tree.
    package let later: Int
    package let path: [MerkleHash]

    package init(earlier: Int, later: Int, path: [MerkleHash]) {
        self.earlier = earlier
        self.later = later
        self.path = path
    }

    /// The proof between two sizes, its hashes taken from `node`, which is asked for full subtrees of the later tree only; nil if
    /// the earlier tree is empty or the larger one.
    package init?<Failure: Error>(
        earlier: Int, later: Int, node: (MerkleNode) throws(Failure) -> MerkleHash
    ) throws(Failure) {
        guard earlier > 0, earlier <= later else { return nil }
        var path: [MerkleHash] = []
        for range in Self.ranges(earlier: earlier, later: later) {
            var hashes: [MerkleHash] = []
            for part in MerkleNode.covering(range) { hashes.append(try node(part)) }
            path.append(.root(above: hashes))
        }
        self.init(earlier: earlier, later: later, path: path)
    }

    /// The entries that each hash of the path stands for, in the order of the path (RFC 6962 §2.1.2).
    static func ranges(earlier: Int, later: Int) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var tree = 0..<later
        while earlier != tree.upperBound {
            let middle = tree.lowerBound + largestPowerOfTwo(below: tree.count)
            if earlier <= middle {
                ranges.append(middle..<tree.upperBound)
                tree = tree.lowerBound..<middle
            } else {
                ranges.append(tree.lowerBound..<middle)
                tree = middle..<tree.upperBound
            }
        }
        // The whole earlier tree is left out: who asks knows its root.
        if tree.lowerBound > 0 { ranges.append(tree) }
        return ranges.reversed()
    }

    /// Checks that the tree with root `earlierRoot` is a beginning of the one with root `laterRoot` (RFC 9162 §2.1.4.2).
    package func verify(earlierRoot: MerkleHash, laterRoot: MerkleHash) throws(ProofError) {
        guard earlier > 0 else { throw .emptyTree }
        guard earlier <= later else { throw .shrunk(from: earlier, to: later) }
        if earlier == later {
            guard path.isEmpty else { throw .wrongLength(hashes: path.count) }
            guard earlierRoot == laterRoot else { throw .forked(size: later) }
            return
        }
        guard !path.isEmpty else { throw .wrongLength(hashes: 0) }
        let isPowerOfTwo = earlier.nonzeroBitCount == 1
        var node = earlier - 1
        var last = later - 1
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var earlierHash = isPowerOfTwo ? earlierRoot : path[0]
        var laterHash = earlierHash
        for sibling in isPowerOfTwo ? path[...] : path.dropFirst() {
            guard last > 0 else { throw .wrongLength(hashes: path.count) }
            if node & 1 == 1 || node == last {
                earlierHash = .node(sibling, earlierHash)
                laterHash = .node(sibling, laterHash)
                while node & 1 == 0 && node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                laterHash = .node(laterHash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw .wrongLength(hashes: path.count) }
        guard earlierHash == earlierRoot else { throw .otherEarlierRoot }
        guard laterHash == laterRoot else { throw .otherRoot }
    }
}
