import Proof
import Testing

struct TileEdgeTests {
    /// Counts what is read.
    private final class CountingReader: TileReader {
        let log: MemoryLog
        private(set) var paths: [String] = []
        init(_ log: MemoryLog) { self.log = log }
        func read(_ path: String) throws(TileError) -> [UInt8] {
            paths.append(path)
            return try log.read(path)
        }
    }

    @Test(arguments: [1, 2, 255, 256, 257, 511, 512, 513, 1000])
    func `the files don't depend on how entries were batched`(size: Int) throws {
        let entries = ReferenceTree.entries(size)
        let whole = try MemoryLog.signed(entries)
        let halves = try MemoryLog.signed(entries, batches: [size / 2, size - size / 2])
        #expect(Set(whole.files.keys) == Set(LogFiles(size: size).map(\.path) + ["checkpoint"]))
        for (path, bytes) in whole.files { #expect(halves.files[path] == bytes, "\(path)") }
    }

    @Test(arguments: [0, 1, 255, 256, 257, 65_537])
    func `the edge comes back from the files, from a few of them, and goes on as if never gone`(size: Int) throws {
        let entries = ReferenceTree.entries(size + 300)
        var edge = TileEdge()
        var log = MemoryLog()
        log.write(try edge.append(Array(entries.prefix(size))))
        let reader = CountingReader(log)
        var restored = try TileEdge(size: size, root: edge.root, reader: reader)
        #expect(restored.frontier == edge.frontier)
        #expect(restored.root == ReferenceTree.root(entries.prefix(size)))
        #expect(try TiledTree(size: size, reader: log).frontier() == edge.frontier)
        #expect(reader.paths.count <= 4)
        let rest = Array(entries.dropFirst(size))
        #expect(try restored.append(rest) == edge.append(rest))
        #expect(restored.root == ReferenceTree.root(entries[...]))
    }

    @Test
    func `one entry at a time`() throws {
        let entries = ReferenceTree.entries(600)
        let log = try MemoryLog.signed(entries, batches: [Int](repeating: 1, count: 600))
        #expect(log.files["tile/0/000.p/1"]?.count == 32)
        #expect(log.files["tile/0/000.p/255"]?.count == 32 * 255)
        #expect(log.files["tile/0/000.p/256"] == nil)
        #expect(log.files["tile/0/000"]?.count == 32 * 256)
        #expect(Tile(path: "tile/0/000")?.partials == "tile/0/000.p")
        for size in [1, 200, 256, 300, 599] {
            let root = try TileEdge(size: size, reader: log).root
            #expect(root == ReferenceTree.root(entries.prefix(size)))
        }
    }

    @Test
    func `an altered edge is found`() throws {
        let log = try MemoryLog.signed(ReferenceTree.entries(300))
        let root = try TileEdge(size: 300, reader: log).root
        for path in ["tile/entries/001.p/44", "tile/0/001.p/44", "tile/1/000.p/1"] {
            var altered = log
            altered.files[path]?[5] ^= 1
            #expect(throws: TileError.self, "\(path)") { try TileEdge(size: 300, root: root, reader: altered) }
            altered.files[path] = log.files[path].map { Array($0.dropLast()) }
            #expect(throws: TileError.malformed(path: path)) { try TileEdge(size: 300, root: root, reader: altered) }
            altered.files[path] = nil
            #expect(throws: TileError.missing(path: path)) { try TileEdge(size: 300, root: root, reader: altered) }
        }
    }

    @Test
    func `an entry too long appends nothing`() throws {
        var edge = TileEdge()
        #expect(throws: TileError.entryTooLong(bytes: 65_536)) {
            try edge.append([[1], [UInt8](repeating: 0, count: 65_536)])
        }
        #expect(edge.size == 0)
        #expect(try edge.append([]).isEmpty)
    }

    @Test
    func `a full tile stands in for a partial one that is gone`() throws {
        let entries = ReferenceTree.entries(600)
        let log = try MemoryLog.signed(entries)
        for size in [1, 100, 300, 511] {
            let tree = TiledTree(size: size, reader: log)
            // The partial tile of level 1 is of 600 entries: 300 have one hash there, not two, so that one is made of level 0.
            guard size < 256 else { continue }
            try tree.inclusionProof(of: 0).verify(
                leaf: .leaf(entries[0]), root: ReferenceTree.root(entries.prefix(size)))
            #expect(try tree.entry(size - 1) == entries[size - 1])
        }
    }

    @Test
    func `proofs across levels read the tiles said to be needed and no others`() throws {
        let size = 66_000
        let entries = ReferenceTree.entries(size)
        let log = try MemoryLog.signed(entries)
        var frontier = MerkleFrontier()
        var roots: [Int: MerkleHash] = [:]
        let earlier = [1, 255, 256, 257, 1000, 65_535, 65_536, 65_537, 65_999]
        for entry in entries {
            frontier.append(.leaf(entry))
            if earlier.contains(frontier.size) { roots[frontier.size] = frontier.root }
        }
        for index in [0, 1, 255, 256, 65_279, 65_535, 65_536, 65_800, 65_999] {
            let reader = CountingReader(log)
            let tree = TiledTree(size: size, reader: reader)
            try tree.inclusionProof(of: index).verify(leaf: .leaf(entries[index]), root: frontier.root)
            #expect(Set(reader.paths) == Set(Tile.needed(toProve: index, treeSize: size).map(\.path)))
            #expect(reader.paths.count <= 5)
            #expect(try tree.entry(index) == entries[index])
        }
        for before in earlier {
            let reader = CountingReader(log)
            let proof = try TiledTree(size: size, reader: reader).consistencyProof(from: before)
            try proof.verify(earlierRoot: try #require(roots[before]), laterRoot: frontier.root)
            #expect(Set(reader.paths) == Set(Tile.needed(toProveGrowthFrom: before, treeSize: size).map(\.path)))
        }
        #expect(Tile.needed(toProve: size, treeSize: size).isEmpty)
        #expect(Tile.needed(toProveGrowthFrom: 0, treeSize: size).isEmpty)
    }
}
