/// Why a Merkle proof does not prove what it should.
package enum ProofError: Error, Hashable, Sendable {
    /// The tree of that many leaves has no such leaf.
    case noSuchLeaf(index: Int, size: Int)
    /// The proof has another number of hashes than the position of the leaf, or the two sizes, ask for.
    case wrongLength(hashes: Int)
    /// The proof leads to another root: the leaf, its position, the size, the root or a hash of the proof is not the true one.
    case otherRoot
    /// The proof leads to another root of the earlier tree.
    case otherEarlierRoot
    /// The tree said to be earlier is larger than the later one.
    case shrunk(from: Int, to: Int)
    /// Two trees of one size have different roots.
    case forked(size: Int)
    /// Nothing can be proved of an empty tree: every tree begins with it.
    case emptyTree
}

extension ProofError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSuchLeaf(let index, let size):
            "a log of \(size) entries has no entry \(index)"
        case .wrongLength(let hashes):
            "a proof of \(hashes) hashes does not fit this position and size; it was cut, lengthened or made for another tree"
        case .otherRoot:
            "the proof leads to another root hash than the signed one"
        case .otherEarlierRoot:
            "the proof leads to another root hash than the earlier one"
        case .shrunk(let from, let to):
            "the log had \(from) entries and now has \(to); a log only grows"
        case .forked(let size):
            "there are two root hashes for \(size) entries"
        case .emptyTree:
            "nothing can be proved of an empty log"
        }
    }
}
