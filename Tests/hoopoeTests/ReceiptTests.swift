// SPDX-License-Identifier: Apache-2.0

import Foundation
import Proof
import Testing

@Suite("Receipts, checked offline")
struct ReceiptTests {
    private let seed = [UInt8](repeating: 1, count: 32)
    private let salt = [UInt8](repeating: 5, count: 16)

    /// A folder with `a` and `b`, a receipt and a record with their proofs, and `policy`.
    private func folder() throws -> Scratch {
        let scratch = Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        let key = try SigningKey(name: KeyName("example.org/eu/1"), seed: seed)
        let receipt = Receipt(
            domain: "example.org", region: "eu", address: "alice@example.org",
            purposes: [Receipt.Purpose(code: "sms", what: "What.", why: "Why.", without: "Without.")], event: .grant,
            terms: 1, termsSHA256: String(repeating: "ab", count: 32), at: 1_760_000_000_000, decision: 42)
        let record = LedgerRecord(
            domain: "example.org", region: "eu",
            event: .look(address: "alice@example.org", verb: "person show", at: 1_760_000_000_000))
        let files = [
            "a.receipt.jws": try receipt.signed(seed: seed, keyID: key.verifier.shortText),
            "b.record.json": record.canonical
        ]
        var edge = TileEdge()
        _ = try edge.append(["a.receipt.jws", "b.record.json"].map { Commitment.of(files[$0] ?? [], salt: salt) })
        let checkpoint = try Checkpoint(origin: key.verifier.name, size: 2, root: edge.root).signed(by: key)
        let leaves = files.mapValues { MerkleHash.leaf(Commitment.of($0, salt: salt)) }
        for (index, name, other) in [(0, "a", "b.record.json"), (1, "b", "a.receipt.jws")] {
            let proof = TransparencyProof(
                extra: salt, index: index, path: [try #require(leaves[other])], checkpoint: checkpoint)
            try write(proof.bytes, "\(name).tlog-proof", scratch)
        }
        for (name, bytes) in files { try write(bytes, name, scratch) }
        try write(Policy(log: key.verifier).bytes, "policy", scratch)
        return scratch
    }

    private func write(_ bytes: [UInt8], _ name: String, _ scratch: Scratch) throws {
        try Data(bytes).write(to: URL(filePath: "\(scratch.path)/\(name)"))
    }

    private func verify(_ scratch: Scratch, _ names: String...) throws -> Program.Outcome {
        try Program.run(
            ["receipt", "verify"] + names.map { $0.hasPrefix("-") ? $0 : "\(scratch.path)/\($0)" }
                + ["--policy", "\(scratch.path)/policy"])
    }

    @Test("good ones hold, in sentences and in JSON, named by either file or both")
    func good() throws {
        let scratch = try folder()
        let outcome = try verify(scratch, "a.receipt.jws", "a.tlog-proof", "b.tlog-proof")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.components(separatedBy: ": holds.").count == 3)
        #expect(outcome.output.contains("alice@example.org turned on sms"))
        #expect(outcome.output.contains("The log example.org/eu/1 has it as entry 1 of 2."))
        let json = try verify(scratch, "a.receipt.jws", "b.record.json", "--json")
        let report = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(report["ok"] as? Bool == true)
        #expect((report["receipts"] as? [[String: Any]])?.map { $0["index"] as? Int } == [0, 1])
    }

    @Test("line ends that a chat app or an editor changed do not matter")
    func lineEnds() throws {
        let scratch = try folder()
        let receipt = try Data(contentsOf: URL(filePath: "\(scratch.path)/a.receipt.jws"))
        try write([UInt8](receipt) + Array("\r\n".utf8), "a.receipt.jws", scratch)
        let proof = try String(contentsOfFile: "\(scratch.path)/a.tlog-proof", encoding: .utf8)
        try write(Array(proof.dropLast().replacing("\n", with: "\r\n").utf8), "a.tlog-proof", scratch)
        #expect(try verify(scratch, "a.receipt.jws").status == 0)
    }

    @Test("altered ones do not hold, and the others are still looked at")
    func bad() throws {
        let scratch = try folder()
        var record = [UInt8](try Data(contentsOf: URL(filePath: "\(scratch.path)/b.record.json")))
        let place = try #require(record.firstIndex(of: UInt8(ascii: "0")))
        record[place] = UInt8(ascii: "1")
        try write(record, "b.record.json", scratch)
        let outcome = try verify(scratch, "b.record.json", "a.receipt.jws")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("b: does NOT hold."))
        #expect(outcome.output.contains("a: holds."))
        let json = try verify(scratch, "b.record.json", "--json")
        #expect(json.status == 1)
        #expect(json.output.contains("\"ok\":false"))
    }

    @Test("what is missing or misnamed is said, with what to do")
    func missing() throws {
        let scratch = try folder()
        #expect(try verify(scratch, "a.txt").status == 64)
        let none = try verify(scratch, "c.receipt.jws")
        #expect(none.status == 66)
        try FileManager.default.removeItem(atPath: "\(scratch.path)/a.tlog-proof")
        let unproved = try verify(scratch, "a.receipt.jws")
        #expect(unproved.status == 66)
        #expect(unproved.errors.contains("a.tlog-proof is missing"))
        try write(Array("log nonsense\nquorum none\n".utf8), "policy", scratch)
        let malformed = try verify(scratch, "b.record.json")
        #expect(malformed.status == 65)
        #expect(malformed.errors.contains("line 1"))
    }

    @Test("a folder without a log says how to begin one")
    func noLog() throws {
        let scratch = Scratch()
        let outcome = try Program.run("log", "policy", try scratch.initialised())
        // Nothing has been published before the server's first start.
        #expect(outcome.status == 66)
        #expect(outcome.errors.contains("hoopoe serve"))
    }
}
