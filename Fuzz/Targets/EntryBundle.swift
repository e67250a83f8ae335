import Proof

/// Entry bundles and tile paths of any shape: one spelling each, and as many entries as were asked for.
func fuzzEntryBundle(_ bytes: [UInt8]) {
    if let path = String(validating: bytes, as: UTF8.self), let tile = Tile(path: path) {
        precondition(Array(tile.path.utf8) == bytes, "two spellings of one path")
    }
    guard let width = bytes.first.map({ Int($0) + 1 }) else { return }
    let bundle = Array(bytes.dropFirst())
    for wanted in Set([1, width, Tile.fullWidth]) {
        guard let entries = Proof.EntryBundle.parse(bundle, width: wanted) else { continue }
        precondition(entries.count == wanted)
        precondition(Proof.EntryBundle.encode(entries) == bundle, "two spellings of one bundle")
        var edge = TileEdge()
        guard let files = try? edge.append(entries) else { preconditionFailure("what was read is too long") }
        precondition(files.contains { $0.bytes == bundle }, "the bundle isn't among the files")
    }
}
