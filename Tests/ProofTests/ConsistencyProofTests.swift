import Proof
import Testing

struct ConsistencyProofTests {
    @Test(arguments: 1...64)
    func `the proof from every size is the one of RFC 6962, and proves growth`(size: Int) throws {
        let entries = ReferenceTree.entries(size)
        let tree = TiledTree(size: size, reader: try MemoryLog.signed(entries))
        for earlier in 1...size {
            let proof = try tree.consistencyProof(from: earlier)
            #expect(proof.path == ReferenceTree.proof(earlier, entries[...]))
            try proof.verify(
                earlierRoot: ReferenceTree.root(entries.prefix(earlier)), laterRoot: ReferenceTree.root(entries[...]))
        }
        for wrong in [-1, 0, size + 1] {
            #expect(throws: TileError.noSuchGrowth(earlier: wrong, later: size)) {
                try tree.consistencyProof(from: wrong)
            }
        }
    }

    @Test(arguments: 1...64)
    func `nothing else proves it`(size: Int) throws {
        let entries = ReferenceTree.entries(size)
        let later = ReferenceTree.root(entries[...])
        for earlier in 1...size {
            let before = ReferenceTree.root(entries.prefix(earlier))
            let path = ReferenceTree.proof(earlier, entries[...])
            func refused(
                _ what: String, from: Int? = nil, to: Int? = nil, path altered: [MerkleHash]? = nil,
                earlierRoot: MerkleHash = before, laterRoot: MerkleHash = later
            ) {
                let proof = ConsistencyProof(earlier: from ?? earlier, later: to ?? size, path: altered ?? path)
                #expect(throws: ProofError.self, "\(what), \(proof.earlier) to \(proof.later)") {
                    try proof.verify(earlierRoot: earlierRoot, laterRoot: laterRoot)
                }
            }
            for wrong in [earlier - 1, earlier + 1, earlier ^ 2, 0, -1, Int.min, Int.max] where wrong != earlier {
                refused("another earlier size", from: wrong)
            }
            for wrong in [size * 2, size / 2, 0, -1, Int.min] { refused("another later size", to: wrong) }
            refused("another earlier root", earlierRoot: .leaf([0xFF]))
            refused("another later root", laterRoot: .leaf([0xFF]))
            refused("an empty later root", laterRoot: .empty)
            if earlier < size {
                refused("empty roots", earlierRoot: .empty, laterRoot: .empty)
                refused("roots swapped", earlierRoot: later, laterRoot: before)
                refused("no proof", path: [])
            }
            for extra in [before, later, MerkleHash.empty] {
                refused("a hash behind", path: path + [extra])
                refused("a hash before", path: [extra] + path)
            }
            for place in path.indices {
                var altered = path
                altered[place] = .leaf([0xFF])
                refused("hash \(place) altered", path: altered)
                altered = path
                altered.remove(at: place)
                refused("hash \(place) missing", path: altered)
                altered.insert(path[place], at: place)
                altered.insert(path[place], at: place)
                refused("hash \(place) twice", path: altered)
                if place > 0 {
                    altered = path
                    altered.swapAt(place - 1, place)
                    refused("hashes \(place - 1) and \(place) swapped", path: altered)
                }
            }
        }
    }

    @Test
    func `special sizes`() {
        let one = MerkleHash.leaf([1])
        let two = MerkleHash.leaf([2])
        func error(_ earlier: Int, _ later: Int, _ path: [MerkleHash], _ roots: (MerkleHash, MerkleHash)) -> ProofError?
        {
            do throws(ProofError) {
                try ConsistencyProof(earlier: earlier, later: later, path: path)
                    .verify(earlierRoot: roots.0, laterRoot: roots.1)
                return nil
            } catch { return error }
        }
        #expect(error(1, 1, [], (one, one)) == nil)
        #expect(error(1, 1, [], (one, two)) == .forked(size: 1))
        #expect(error(1, 1, [.empty], (one, one)) == .wrongLength(hashes: 1))
        #expect(error(0, 0, [], (.empty, .empty)) == .emptyTree)
        #expect(error(0, 1, [], (.empty, one)) == .emptyTree)
        #expect(error(0, 1, [.empty], (.empty, .empty)) == .emptyTree)
        #expect(error(2, 1, [], (one, two)) == .shrunk(from: 2, to: 1))
        #expect(error(1, 0, [], (one, two)) == .shrunk(from: 1, to: 0))
        #expect(error(1, 2, [], (one, two)) == .wrongLength(hashes: 0))
    }
}
