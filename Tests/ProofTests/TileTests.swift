import Proof
import Testing

struct TileTests {
    @Test(
        "paths",
        arguments: [
            ("tile/0/000", Tile.Level.hashes(0), 0, 256),
            ("tile/0/x001/x234/067", .hashes(0), 1_234_067, 256),
            ("tile/3/x001/x234/067.p/8", .hashes(3), 1_234_067, 8),
            ("tile/63/999", .hashes(63), 999, 256),
            ("tile/1/x001/000.p/255", .hashes(1), 1000, 255),
            ("tile/entries/x001/x234/067", .entries, 1_234_067, 256),
            ("tile/entries/000.p/1", .entries, 0, 1)
        ])
    func paths(path: String, level: Tile.Level, index: Int, width: Int) throws {
        let tile = try #require(Tile(level, index: index, width: width))
        #expect(tile.path == path)
        #expect(Tile(path: path) == tile)
    }

    @Test(
        "what isn't a path",
        arguments: [
            "", "tile", "tile/", "tile/0", "tile/0/", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/data/000",
            "tile/0/0",
            "tile/0/00", "tile/0/0000", "tile/0/x000/001", "tile/0/x001", "tile/0/001/002", "tile/0/x001/x002",
            "tile/0/000.p",
            "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/+1", "tile/0/000.p/1/",
            "/tile/0/000",
            "tile//000", "tile/0/xx01/000", "tile/0/x01/000", "tile/entries/+01", "tile/0/-01", "tile/0/.p/1",
            "tile/0/../../x",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/00é", "Tile/0/000", "tile/0/000 "
        ])
    func refused(path: String) {
        #expect(Tile(path: path) == nil)
    }

    @Test
    func `the largest index has a path and comes back`() throws {
        let tile = try #require(Tile(.hashes(0), index: .max))
        #expect(tile.path == "tile/0/x009/x223/x372/x036/x854/x775/807")
        #expect(Tile(path: tile.path) == tile)
    }

    @Test
    func `no tile of a wrong level, index or width`() {
        #expect(Tile(.hashes(64), index: 0) == nil)
        #expect(Tile(.hashes(-1), index: 0) == nil)
        #expect(Tile(.entries, index: -1) == nil)
        #expect(Tile(.entries, index: 0, width: 0) == nil)
        #expect(Tile(.entries, index: 0, width: 257) == nil)
    }

    /// The example of the specification.
    @Test
    func `a tree of 70,000 entries has the tiles that it should`() {
        let tiles = Array(LogFiles(size: 70_000))
        func count(_ level: Tile.Level, full: Bool) -> Int {
            tiles.count { $0.level == level && $0.isFull == full }
        }
        #expect(count(.hashes(0), full: true) == 273)
        #expect(count(.entries, full: true) == 273)
        #expect(
            tiles.filter { !$0.isFull }.map(\.path) == [
                "tile/entries/273.p/112", "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"
            ])
        #expect(count(.hashes(1), full: true) == 1)
        #expect(Array(LogFiles(size: 256)).map(\.path) == ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"])
        #expect(Array(LogFiles(size: 0)).isEmpty)
    }

    @Test
    func `entry bundles come back, and nothing else is one`() throws {
        let entries: [[UInt8]] = [[], [1], [UInt8](repeating: 7, count: 65535)]
        let bytes = try #require(EntryBundle.encode(entries))
        #expect(bytes.prefix(5) == [0, 0, 0, 1, 1])
        #expect(EntryBundle.parse(bytes, width: 3) == entries)
        #expect(EntryBundle.parse(bytes, width: 2) == nil)
        #expect(EntryBundle.parse(bytes, width: 4) == nil)
        for cut in [1, 2, 3, 4, 5, 6, bytes.count - 1] {
            #expect(EntryBundle.parse(Array(bytes.prefix(cut)), width: 3) == nil)
        }
        #expect(EntryBundle.parse(bytes + [0], width: 3) == nil)
        #expect(EntryBundle.parse(bytes + [0, 0], width: 3) == nil)
        #expect(EntryBundle.encode([[UInt8](repeating: 7, count: 65536)]) == nil)
    }
}
