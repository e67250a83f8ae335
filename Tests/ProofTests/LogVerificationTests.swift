import Proof
import Testing

struct LogVerificationTests {
    private func policy() throws -> Policy { Policy(log: try logKey().verifier) }

    private func fault(_ log: MemoryLog, earlier: [UInt8]? = nil) throws -> LogFault? {
        let policy = try policy()
        do throws(LogFault) {
            _ = try LogVerification.verify(log, policy: policy, earlier: earlier)
            return nil
        } catch { return error }
    }

    @Test(arguments: [0, 1, 2, 255, 256, 257, 512, 700, 65_537])
    func `a good log is good, and its files are wanted in the order announced`(size: Int) throws {
        let log = try MemoryLog.signed(ReferenceTree.entries(size))
        #expect(try fault(log) == nil)
        var verification = try LogVerification(checkpoint: try log.read("checkpoint"), policy: try policy())
        for tile in LogFiles(size: size) {
            #expect(verification.wanted == tile)
            #expect(throws: LogFault.unfinished) { try verification.finish() }
            try verification.take(try log.read(tile))
        }
        #expect(verification.wanted == nil)
        #expect(try verification.finish().checkpoint.checkpoint.size == size)
    }

    @Test
    func `a log that kept only full tiles of a later size is good at an earlier one`() throws {
        let entries = ReferenceTree.entries(256)
        var log = try MemoryLog.signed(entries)
        log.files["checkpoint"] = try MemoryLog.checkpoint(200, ReferenceTree.root(entries.prefix(200)))
        #expect(try fault(log) == nil)
    }

    @Test
    func `every altered, shortened, lengthened or missing file is found`() throws {
        let good = try MemoryLog.signed(ReferenceTree.entries(600))
        for (path, bytes) in good.files {
            for place in Set([0, 1, bytes.count / 2, bytes.count - 1]) {
                var log = good
                log.files[path]?[place] ^= 1
                #expect(try fault(log) != nil, "byte \(place) of \(path)")
            }
            var log = good
            log.files[path] = Array(bytes.dropLast())
            #expect(try fault(log) != nil, "\(path) shortened")
            log.files[path] = bytes + [0]
            #expect(try fault(log) != nil, "\(path) lengthened")
            log.files[path] = nil
            #expect(try fault(log) == .file(.missing(path: path)))
        }
    }

    @Test
    func `faults are the precise ones`() throws {
        let entries = ReferenceTree.entries(300)
        let good = try MemoryLog.signed(entries)
        var log = good
        log.files["tile/0/000"]?[9] ^= 1
        #expect(try fault(log) == .altered(path: "tile/0/000"))
        log = good
        log.files["tile/entries/000"]?[5] ^= 1
        #expect(try fault(log) == .altered(path: "tile/0/000"))
        log = good
        log.files["tile/entries/001.p/44"]?[0] = 0xFF
        #expect(try fault(log) == .file(.malformed(path: "tile/entries/001.p/44")))
        // Other entries with tiles that fit them, under the old checkpoint.
        var altered = entries
        altered[7] = [1]
        log = try MemoryLog.signed(altered)
        log.files["checkpoint"] = good.files["checkpoint"]
        #expect(try fault(log) == .otherRoot(size: 300))
        // The size alone.
        log = good
        log.files["checkpoint"] = try MemoryLog.checkpoint(299, ReferenceTree.root(entries[...]))
        let shorter = try MemoryLog.signed(Array(entries.prefix(299))).files.filter { $0.key != "checkpoint" }
        log.files.merge(shorter) { $1 }
        #expect(try fault(log) == .otherRoot(size: 299))
        log.files["checkpoint"] = [1]
        #expect(try fault(log) == .untrusted(.badNote(.notText)))
    }

    @Test(arguments: [0, 1, 255, 256, 257, 299, 300])
    func `growth since an earlier checkpoint`(size: Int) throws {
        let entries = ReferenceTree.entries(300)
        let log = try MemoryLog.signed(entries)
        let earlier = try MemoryLog.checkpoint(size, ReferenceTree.root(entries.prefix(size)))
        #expect(try fault(log, earlier: earlier) == nil)
        let other = try MemoryLog.checkpoint(size, .leaf([9]))
        #expect(try fault(log, earlier: other) == .forked(size: size))
    }

    @Test
    func `a replayed older checkpoint, another log, and a forged earlier checkpoint`() throws {
        let entries = ReferenceTree.entries(300)
        let now = try MemoryLog.signed(entries)
        let old = try MemoryLog.signed(Array(entries.prefix(299)))
        #expect(try fault(old, earlier: now.files["checkpoint"]) == .older(earlier: 300, now: 299))
        let stranger = try logKey(seed: 4)
        let forged = try Checkpoint(origin: stranger.verifier.name, size: 1, root: .empty).signed(by: stranger).bytes
        #expect(try fault(now, earlier: forged) == .untrustedEarlier(.unknownLog("example.org/eu/1")))
        let second = try logKey("example.org/eu/2", seed: 5)
        let both = try Policy(
            parsing: Array("log \(try logKey().verifier.text)\nlog \(second.verifier.text)\nquorum none\n".utf8))
        let other = try Checkpoint(origin: second.verifier.name, size: 0, root: .empty).signed(by: second).bytes
        #expect(throws: LogFault.otherLog(earlier: "example.org/eu/2", now: "example.org/eu/1")) {
            try LogVerification.verify(now, policy: both, earlier: other)
        }
    }
}
