import Proof
import Testing

struct InclusionProofTests {
    @Test(arguments: 1...64)
    func `the path of every leaf is the one of RFC 6962, and proves it`(size: Int) throws {
        let entries = ReferenceTree.entries(size)
        let log = try MemoryLog.signed(entries)
        let root = ReferenceTree.root(entries[...])
        let tree = TiledTree(size: size, reader: log)
        for index in 0..<size {
            let proof = try tree.inclusionProof(of: index)
            #expect(proof.path == ReferenceTree.path(index, entries[...]))
            try proof.verify(leaf: .leaf(entries[index]), root: root)
        }
        #expect(throws: TileError.noSuchEntry(index: size, size: size)) { try tree.inclusionProof(of: size) }
        #expect(throws: TileError.noSuchEntry(index: -1, size: size)) { try tree.inclusionProof(of: -1) }
    }

    @Test(arguments: 1...64)
    func `nothing else proves it`(size: Int) throws {
        let entries = ReferenceTree.entries(size)
        let root = ReferenceTree.root(entries[...])
        for index in 0..<size {
            let leaf = MerkleHash.leaf(entries[index])
            let path = ReferenceTree.path(index, entries[...])
            func refused(
                _ what: String, index: Int? = nil, size other: Int? = nil, path altered: [MerkleHash]? = nil,
                leaf: MerkleHash = leaf, root: MerkleHash = root
            ) {
                let proof = InclusionProof(index: index ?? 0, size: other ?? size, path: altered ?? path)
                #expect(throws: ProofError.self, "\(what), entry \(proof.index) of \(proof.size)") {
                    try proof.verify(leaf: leaf, root: root)
                }
            }
            for wrong in [index - 1, index + 1, index ^ 2, size, Int.max, Int.min] where wrong != index {
                refused("another index", index: wrong)
            }
            for wrong in [size * 2, size / 2, 0, -1] {
                refused("another size", index: index, size: wrong)
            }
            refused("another leaf", index: index, leaf: .leaf([0xFF]))
            refused("another root", index: index, root: .leaf([0xFF]))
            if size > 1 { refused("root and leaf alike", index: index, leaf: root) }
            refused("the empty root", index: index, root: .empty)
            refused("the root behind", index: index, path: path + [root])
            refused("the root before", index: index, path: [root] + path)
            refused("garbage behind", index: index, path: path + [.empty])
            refused("garbage before", index: index, path: [.empty] + path)
            for place in path.indices {
                var altered = path
                altered[place] = .leaf([0xFF])
                refused("hash \(place) altered", index: index, path: altered)
                altered = path
                altered.remove(at: place)
                refused("hash \(place) missing", index: index, path: altered)
                altered.insert(path[place], at: place)
                altered.insert(path[place], at: place)
                refused("hash \(place) twice", index: index, path: altered)
                if place > 0 {
                    altered = path
                    altered.swapAt(place - 1, place)
                    refused("hashes \(place - 1) and \(place) swapped", index: index, path: altered)
                }
            }
        }
    }

    @Test
    func `a smaller or a larger tree with paths of that length is told by its root alone`() throws {
        let entries = ReferenceTree.entries(65)
        for size in 2...64 {
            let path = ReferenceTree.path(0, entries.prefix(size))
            let leaf = MerkleHash.leaf(entries[0])
            for other in [size - 1, size + 1] {
                #expect(throws: ProofError.self) {
                    try InclusionProof(index: 0, size: other, path: path)
                        .verify(leaf: leaf, root: ReferenceTree.root(entries.prefix(other)))
                }
            }
        }
    }

    @Test
    func `errors are the precise ones`() throws {
        let entries = ReferenceTree.entries(5)
        let root = ReferenceTree.root(entries[...])
        let path = ReferenceTree.path(2, entries[...])
        func error(_ proof: InclusionProof, root: MerkleHash = root) -> ProofError? {
            do throws(ProofError) {
                try proof.verify(leaf: .leaf(entries[2]), root: root)
                return nil
            } catch { return error }
        }
        #expect(error(InclusionProof(index: 2, size: 5, path: path)) == nil)
        #expect(error(InclusionProof(index: 5, size: 5, path: path)) == .noSuchLeaf(index: 5, size: 5))
        #expect(error(InclusionProof(index: 2, size: 5, path: path.dropLast())) == .wrongLength(hashes: 2))
        #expect(error(InclusionProof(index: 2, size: 5, path: path + path)) == .wrongLength(hashes: 6))
        #expect(error(InclusionProof(index: 2, size: 5, path: path), root: .empty) == .otherRoot)
    }
}
