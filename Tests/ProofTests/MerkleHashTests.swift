import Proof
import Testing
import Wire

struct MerkleHashTests {
    @Test
    func `known hashes`() {
        #expect(
            Hex.encode(MerkleHash.empty.bytes) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Hex.encode(MerkleHash.leaf([]).bytes) == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")
    }

    /// The tree that implementations of RFC 6962 have been compared by since there are any.
    @Test
    func `known roots of one to eight leaves`() throws {
        let entries = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        ]
        var frontier = MerkleFrontier()
        #expect(frontier.root == .empty)
        for (entry, root) in zip(entries, roots) {
            frontier.append(.leaf(try #require(Hex.decode(entry))))
            #expect(Hex.encode(frontier.root.bytes) == root)
        }
        #expect(frontier.size == 8)
    }

    @Test
    func `a frontier has as many subtrees as its size has bits, and nothing else makes one`() {
        var frontier = MerkleFrontier()
        let entries = ReferenceTree.entries(300)
        for (index, entry) in entries.enumerated() {
            frontier.append(.leaf(entry))
            #expect(frontier.root == ReferenceTree.root(entries.prefix(index + 1)))
            #expect(frontier.subtrees.count == frontier.size.nonzeroBitCount)
            #expect(MerkleFrontier(size: frontier.size, subtrees: frontier.subtrees) == frontier)
        }
        #expect(MerkleFrontier(size: 3, subtrees: [.empty]) == nil)
        #expect(MerkleFrontier(size: -1, subtrees: []) == nil)
        #expect(MerkleHash(bytes: [UInt8](repeating: 0, count: 31)) == nil)
    }
}
