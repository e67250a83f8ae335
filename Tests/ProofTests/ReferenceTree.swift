import Proof

/// RFC 6962 §2.1 as it is written, recursively and slowly, to compare with.
enum ReferenceTree {
    /// MTH(D[n]).
    static func root(_ entries: ArraySlice<[UInt8]>) -> MerkleHash {
        guard let first = entries.first else { return .empty }
        guard entries.count > 1 else { return .leaf(first) }
        let (left, right) = split(entries)
        return .node(root(left), root(right))
    }

    /// PATH(m, D[n]).
    static func path(_ index: Int, _ entries: ArraySlice<[UInt8]>) -> [MerkleHash] {
        guard entries.count > 1 else { return [] }
        let (left, right) = split(entries)
        if index < left.count { return path(index, left) + [root(right)] }
        return path(index - left.count, right) + [root(left)]
    }

    /// PROOF(m, D[n]).
    static func proof(_ earlier: Int, _ entries: ArraySlice<[UInt8]>) -> [MerkleHash] {
        subproof(earlier, entries, true)
    }

    private static func subproof(_ earlier: Int, _ entries: ArraySlice<[UInt8]>, _ whole: Bool) -> [MerkleHash] {
        if earlier == entries.count { return whole ? [] : [root(entries)] }
        let (left, right) = split(entries)
        if earlier <= left.count { return subproof(earlier, left, whole) + [root(right)] }
        return subproof(earlier - left.count, right, false) + [root(left)]
    }

    private static func split(_ entries: ArraySlice<[UInt8]>) -> (ArraySlice<[UInt8]>, ArraySlice<[UInt8]>) {
        var half = 1
        while half * 2 < entries.count { half *= 2 }
        return (entries.prefix(half), entries.dropFirst(half))
    }

    /// Entries that differ from each other.
    static func entries(_ count: Int) -> [[UInt8]] {
        (0..<count).map { Array("entry \($0)".utf8) }
    }
}

/// A log in memory.
struct MemoryLog: TileReader {
    var files: [String: [UInt8]] = [:]

    func read(_ path: String) throws(TileError) -> [UInt8] {
        guard let bytes = files[path] else { throw .missing(path: path) }
        return bytes
    }

    mutating func write(_ new: [TileFile]) {
        for file in new { files[file.path] = file.bytes }
    }

    /// A log signed by ``logKey`` whose entries were appended in batches of these sizes.
    static func signed(_ entries: [[UInt8]], batches: [Int]? = nil) throws -> MemoryLog {
        var log = MemoryLog()
        var edge = TileEdge()
        for batch in batches ?? [entries.count] {
            log.write(try edge.append(Array(entries[edge.size..<edge.size + batch])))
        }
        log.files["checkpoint"] = try checkpoint(edge.size, edge.root)
        return log
    }

    static func checkpoint(_ size: Int, _ root: MerkleHash) throws -> [UInt8] {
        let key = try logKey()
        return try Checkpoint(origin: key.verifier.name, size: size, root: root).signed(by: key).bytes
    }
}

/// The key of the tests' log.
func logKey(_ name: String = "example.org/eu/1", seed: UInt8 = 1) throws -> SigningKey {
    try SigningKey(name: KeyName(name), seed: [UInt8](repeating: seed, count: 32))
}
