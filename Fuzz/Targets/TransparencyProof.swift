import Proof

/// Proofs of any shape: what is read prints as the same bytes, and no path of any length proves anything of a stranger.
func fuzzTransparencyProof(_ bytes: [UInt8]) {
    guard let proof = try? Proof.TransparencyProof(parsing: bytes) else { return }
    precondition(proof.bytes == bytes, "two spellings of one proof")
    let sizes = [
        0, 1, proof.index, proof.index &+ 1, Int.max, (try? Checkpoint(text: proof.checkpoint.text))?.size ?? 0
    ]
    for size in sizes {
        let inclusion = InclusionProof(index: proof.index, size: size, path: proof.path)
        precondition((try? inclusion.verify(leaf: .leaf(bytes), root: .empty)) == nil, "it proves what it can't")
        let growth = ConsistencyProof(earlier: proof.index, later: size, path: proof.path)
        precondition(
            (try? growth.verify(earlierRoot: .leaf(bytes), laterRoot: .empty)) == nil, "it proves what it can't")
    }
}
