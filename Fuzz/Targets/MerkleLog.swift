import Proof

/// A log of a size that the input chooses, written in batches that it chooses: roots, proofs and files agree with RFC 6962 as it is
/// written, whole proofs prove, and no proof that was changed in any way proves anything.
func fuzzMerkleLog(_ input: [UInt8]) {
    var choices = Choices(input)
    // Up to 40 entries mostly, so that it is quick; at times more than one tile holds.
    let size = 1 + (choices.below(16) == 0 ? 240 + choices.below(40) : choices.below(40))
    let entries = (0..<size).map { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] + Array(input.prefix($0 % 3)) }

    var log = MemoryLog()
    var edge = TileEdge()
    while edge.size < size {
        let end = min(size, edge.size + 1 + choices.below(64))
        guard let files = try? edge.append(Array(entries[edge.size..<end])) else { preconditionFailure("not appended") }
        for file in files {
            // The files of a log never change.
            precondition(log.files[file.path] ?? file.bytes == file.bytes, "a file was written anew with other bytes")
        }
        log.write(files)
    }
    let root = ReferenceTree.root(entries[...])
    precondition(edge.root == root, "another root than RFC 6962's")
    precondition((try? TileEdge(size: size, root: root, reader: log))?.root == root, "the edge isn't in the files")

    let index = choices.below(size)
    let earlier = 1 + choices.below(size)
    let tree = TiledTree(size: size, reader: log)
    guard let inclusion = try? tree.inclusionProof(of: index), let growth = try? tree.consistencyProof(from: earlier)
    else { preconditionFailure("no proof from whole files") }
    precondition((try? tree.entry(index)) == entries[index], "another entry")
    precondition((try? tree.frontier())?.root == root, "another frontier")
    precondition(inclusion.path == ReferenceTree.path(index, entries[...]), "another path than RFC 6962's")
    precondition(growth.path == ReferenceTree.proof(earlier, entries[...]), "another proof than RFC 6962's")
    let leaf = MerkleHash.leaf(entries[index])
    let earlierRoot = ReferenceTree.root(entries[..<earlier])
    precondition(isProved { try inclusion.verify(leaf: leaf, root: root) }, "a whole proof doesn't prove")
    precondition(
        isProved { try growth.verify(earlierRoot: earlierRoot, laterRoot: root) }, "a whole proof doesn't prove")

    // Something else: another leaf, root, position or path.
    let other = MerkleHash.leaf([255, 255, 255, 255])
    precondition(!isProved { try inclusion.verify(leaf: other, root: root) }, "another leaf was proved")
    precondition(!isProved { try inclusion.verify(leaf: leaf, root: other) }, "another root was proved")
    let place = choices.below(size)
    let moved = InclusionProof(index: place, size: size, path: inclusion.path)
    precondition(
        place == index || !isProved { try moved.verify(leaf: leaf, root: root) }, "another position was proved")
    precondition(!isProved { try growth.verify(earlierRoot: other, laterRoot: root) }, "another beginning was proved")
    precondition(!isProved { try growth.verify(earlierRoot: earlierRoot, laterRoot: other) }, "another end was proved")
    let path = damaged(inclusion.path, &choices)
    if path != inclusion.path {
        let proof = InclusionProof(index: index, size: size, path: path)
        precondition(!isProved { try proof.verify(leaf: leaf, root: root) }, "a damaged path proves")
    }
    let steps = damaged(growth.path, &choices)
    if steps != growth.path {
        let proof = ConsistencyProof(earlier: earlier, later: size, path: steps)
        precondition(
            !isProved { try proof.verify(earlierRoot: earlierRoot, laterRoot: root) }, "a damaged proof proves")
    }
    // Signatures take most of the time.
    guard choices.below(4) == 0 else { return }
    verifyWhole(&log, size, root, earlier, earlierRoot, &choices)
}

private func isProved(_ verify: () throws -> Void) -> Bool {
    do {
        try verify()
        return true
    } catch {
        return false
    }
}

/// One hash changed, left out, put in or moved.
private func damaged(_ path: [MerkleHash], _ choices: inout Choices) -> [MerkleHash] {
    var path = path
    let place = choices.below(path.count + 1)
    switch choices.below(4) {
    case 0: path.insert(.leaf([UInt8(place)]), at: place)
    case 1: if !path.isEmpty { path.removeLast() }
    case 2: if path.count > 1 { path.swapAt(0, place % path.count) }
    default:
        guard place < path.count else { return path }
        var bytes = path[place].bytes
        bytes[choices.below(32)] ^= UInt8(1 << choices.below(8))
        if let hash = MerkleHash(bytes: bytes) { path[place] = hash }
    }
    return path
}

/// The whole log against its signed checkpoint and an earlier one; then with one bit of one file changed.
private func verifyWhole(
    _ log: inout MemoryLog, _ size: Int, _ root: MerkleHash, _ earlier: Int, _ earlierRoot: MerkleHash,
    _ choices: inout Choices
) {
    guard let key = try? logKey(), let now = try? MemoryLog.checkpoint(size, root),
        let before = try? MemoryLog.checkpoint(earlier, earlierRoot)
    else { preconditionFailure("no key") }
    let policy = Proof.Policy(log: key.verifier)
    log.files["checkpoint"] = now
    precondition((try? LogVerification.verify(log, policy: policy, earlier: before)) != nil, "a whole log is refused")
    var needed: [String] = ["checkpoint"]
    if var verification = try? LogVerification(checkpoint: now, policy: policy, earlier: nil) {
        while let tile = verification.wanted, let bytes = try? log.read(tile) {
            needed.append(tile.path)
            guard (try? verification.take(bytes)) != nil else { break }
        }
    }
    let path = needed[choices.below(needed.count)]
    guard var bytes = log.files[path], !bytes.isEmpty else { return }
    bytes[choices.below(bytes.count)] ^= UInt8(1 << choices.below(8))
    log.files[path] = bytes
    precondition(
        (try? LogVerification.verify(log, policy: policy, earlier: before)) == nil, "an altered log is accepted")
}
