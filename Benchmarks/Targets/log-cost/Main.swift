import Consent
import Foundation
import GRDB
import Measuring
import Proof
import Store

/// What the log costs when it is large: publishing, starting, proving, and checking a receipt.
///
/// `log-cost LEAVES`: fills the table of leaves with so many random ones at once, publishes them with everything synced,
/// opens the store anew, and proves random leaves from the files.
@main
struct LogCost {
    static let proofs = 1_000

    static func main() async throws {
        let leaves = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1_000_000
        guard let region = Region("bench") else { throw StoreError.missing("region") }
        try await inScratchFolder { folder in
            let files = RegionFiles(folder: folder, region: region)
            try files.create()
            try open(folder, region).close()
            try fill(files.content, leaves)

            let store = try open(folder, region)
            let published = try timed { try store.log.publish() }
            store.close()
            var again: RegionStore?
            let started = try timed { again = try open(folder, region) }
            guard let again else { throw StoreError.stopped }
            defer { again.close() }
            guard again.log.size >= leaves else { throw StoreError.conflict }

            let (proven, worst) = try prove(again.log)
            report([
                "leaves": Double(again.log.size), "published_per_second": Double(leaves) / published.elapsed,
                "published_per_cpu_second": Double(leaves) / published.cpu, "start_ms": started.elapsed * 1e3,
                "proof_ms": proven * 1e3, "proof_worst_ms": worst * 1e3,
                "receipt_ms": try await receipt(again) * 1e3
            ])
        }
    }

    static func open(_ folder: String, _ region: Region) throws -> RegionStore {
        try RegionStore(folder: folder, region: region, issuer: Issuer(domain: "bench.example"))
    }

    /// Leaves as decisions leave them, without the decisions.
    static func fill(_ content: String, _ leaves: Int) throws {
        let queue = try DatabaseQueue(path: content)
        try queue.write { db in
            try db.execute(
                sql: """
                    WITH RECURSIVE n (i) AS (
                        SELECT coalesce(max(idx) + 1, 0) FROM leaf WHERE log = 1 UNION ALL SELECT i + 1 FROM n LIMIT ?)
                    INSERT INTO leaf (log, idx, commitment) SELECT 1, i, randomblob(32) FROM n
                    """, arguments: [leaves])
        }
        try queue.close()
    }

    /// Proves random leaves; the proof's mean and longest time, in seconds.
    static func prove(_ log: TransparencyLog) throws -> (mean: Double, worst: Double) {
        let tree = TiledTree(size: log.size, reader: FolderReader(directory: log.directory))
        var (sum, worst) = (0.0, 0.0)
        for _ in 0..<proofs {
            let index = Int.random(in: 0..<log.size)
            let taken = try timed { _ = try tree.inclusionProof(of: index) }
            sum += taken.elapsed
            worst = max(worst, taken.elapsed)
        }
        return (sum / Double(proofs), worst)
    }

    /// Checks a decision's receipt as its holder would, from bytes; the mean time, in seconds.
    static func receipt(_ store: RegionStore) async throws -> Double {
        let verifier = Verifier(salt: [1], iterations: 4_096, storedKey: [2], serverKey: [3])
        let added = try await store.writer.add([
            NewPerson(name: "ada", verifiers: Verifiers(sha1: verifier, sha256: verifier))
        ])
        guard let person = try added.first?.get() else { throw StoreError.noSuchPerson }
        _ = try await store.writer.grant(.history, by: person)
        try store.log.publish()
        let kept = try await store.reader.read { snapshot throws(StoreError) in try snapshot.receipts(of: person) }
        guard let receipt = kept.first, let proof = try store.log.proof(of: receipt) else { throw StoreError.conflict }
        let policy = Array(store.log.policy.utf8)
        let taken = try timed {
            for _ in 0..<proofs {
                _ = try ReceiptVerification.verify(
                    receipt: receipt.bytes, proof: proof, policy: try Policy(parsing: policy))
            }
        }
        return taken.elapsed / Double(proofs)
    }
}

/// A log's files in a folder.
struct FolderReader: TileReader {
    let directory: String

    func read(_ path: String) throws(TileError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(directory)/\(path)") else {
            throw .missing(path: path)
        }
        return [UInt8](data)
    }
}
