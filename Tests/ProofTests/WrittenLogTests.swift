import Foundation
import Proof
import Testing

/// Writes logs into the folder that `HOOPOE_LOGS` names, for software of others to check.
///
/// Each is a folder named by its size with the log's files; `SIZE.earlier` beside it is a checkpoint of its first half.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["HOOPOE_LOGS"] != nil))
struct WrittenLogTests {
    @Test(arguments: [1, 2, 3, 255, 256, 257, 1000, 66_000])
    func `a log of a size, written in three batches`(size: Int) throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["HOOPOE_LOGS"]))
        let entries = ReferenceTree.entries(size)
        let half = size / 2
        let log = try MemoryLog.signed(entries, batches: [half, 0, size - half])
        for (path, bytes) in log.files {
            try write(bytes, to: folder.appending(path: "\(size)/\(path)"))
        }
        try write(Policy(log: try logKey().verifier).bytes, to: folder.appending(path: "\(size)/policy"))
        let earlier = try MemoryLog.checkpoint(half, ReferenceTree.root(entries.prefix(half)))
        try write(earlier, to: folder.appending(path: "\(size).earlier"))
        #expect(
            try LogVerification.verify(log, policy: Policy(log: try logKey().verifier), earlier: earlier).earlier != nil
        )
    }

    private func write(_ bytes: [UInt8], to file: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
    }
}
