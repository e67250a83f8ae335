import Proof

/// Makes a log's tiles anew from content where they are missing or damaged.
///
/// Content is asked first whether it holds what the checkpoint signed; only then anything is written. Whole files are left
/// alone, and a file written has the bytes that it always had: nothing that was published ever changes.
struct LogRepair {
    let folder: LogFolder
    let leaves: LeafTable

    /// - Throws: `logContradicted` if content doesn't lead to the signed root; nothing is changed then.
    func run(_ checkpoint: Checkpoint) throws(StoreError) {
        var frontier = MerkleFrontier()
        try leaves.forEachSlice(below: checkpoint.size) { (slice) throws(StoreError) in
            for commitment in slice { frontier.append(.leaf(commitment)) }
        }
        guard frontier.root == checkpoint.root else { throw .logContradicted }
        var edge = TileEdge()
        try leaves.forEachSlice(below: checkpoint.size) { (slice) throws(StoreError) in
            let files = try edge.adding(slice)
            // Partial tiles of a slice that isn't the last were never published at this size.
            let isLast = edge.size == checkpoint.size
            let wanted = files.filter { isLast || $0.tile.isFull }
            let damaged = wanted.filter { (try? folder.contents($0.path)) != $0.bytes }
            try folder.write(damaged.map { ($0.path, $0.bytes) })
        }
    }
}
