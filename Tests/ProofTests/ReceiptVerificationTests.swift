import Proof
import Testing

struct ReceiptVerificationTests {
    private let salt = [UInt8](repeating: 5, count: 16)

    private func receipt(seed: UInt8 = 1, domain: String = "example.org") throws -> [UInt8] {
        let receipt = Receipt(
            domain: domain, region: "eu", address: "alice@\(domain)",
            purposes: [Receipt.Purpose(code: "sms", what: "What.", why: "Why.", without: "Without.")], event: .grant,
            terms: 1, termsSHA256: String(repeating: "ab", count: 32), at: 1_760_000_000_000, decision: 42)
        let seed = [UInt8](repeating: seed, count: 32)
        return try receipt.signed(seed: seed, keyID: try logKey().verifier.shortText)
    }

    private func proof(of bytes: [UInt8], salt: [UInt8], extra: [UInt8]? = nil, key: SigningKey? = nil) throws
        -> TransparencyProof
    {
        var entries = ReferenceTree.entries(10)
        entries[7] = Commitment.of(bytes, salt: salt)
        let key = try key ?? logKey()
        let checkpoint = Checkpoint(origin: key.verifier.name, size: 10, root: ReferenceTree.root(entries[...]))
        return TransparencyProof(
            extra: extra ?? salt, index: 7, path: ReferenceTree.path(7, entries[...]),
            checkpoint: try checkpoint.signed(by: key))
    }

    private func fault(_ receipt: [UInt8], _ proof: [UInt8], _ policy: Policy) -> ReceiptFault? {
        do throws(ReceiptFault) {
            _ = try ReceiptVerification.verify(receipt: receipt, proof: proof, policy: policy)
            return nil
        } catch { return error }
    }

    @Test
    func `a receipt in a log holds, and says where`() throws {
        let bytes = try receipt()
        let policy = Policy(log: try logKey().verifier)
        let verified = try ReceiptVerification.verify(
            receipt: bytes, proof: try proof(of: bytes, salt: salt).bytes, policy: policy)
        #expect(verified.receipt.decision == 42)
        #expect(verified.place.sentence == "The log example.org/eu/1 has it as entry 7 of 10.")
    }

    @Test
    func `no byte of receipt or proof can be another`() throws {
        let bytes = try receipt()
        let policy = Policy(log: try logKey().verifier)
        let proof = try proof(of: bytes, salt: salt).bytes
        for place in bytes.indices {
            var altered = bytes
            altered[place] ^= 1
            #expect(fault(altered, proof, policy) != nil, "byte \(place) of the receipt")
        }
        for place in proof.indices {
            var altered = proof
            altered[place] ^= 1
            #expect(fault(bytes, altered, policy) != nil, "byte \(place) of the proof")
        }
    }

    @Test
    func `faults are the precise ones`() throws {
        let bytes = try receipt()
        let policy = Policy(log: try logKey().verifier)
        let proof = try proof(of: bytes, salt: salt)
        let stranger = Policy(log: try logKey("example.net/eu/1", seed: 8).verifier)
        #expect(fault(bytes, proof.bytes, stranger) == .unknownIssuer(try logKey().verifier.shortText))
        #expect(fault(try receipt(seed: 2), proof.bytes, policy) == .receipt(.signature(.signature)))
        #expect(fault(try receipt(domain: "example.net"), proof.bytes, policy) == .receipt(.otherIssuer))
        let other = try self.proof(of: [1], salt: salt).bytes
        #expect(fault(bytes, other, policy) == .proof(.notIncluded(.otherRoot)))
        let unsalted = TransparencyProof(extra: nil, index: proof.index, path: proof.path, checkpoint: proof.checkpoint)
        #expect(fault(bytes, unsalted.bytes, policy) == .proof(.badExtra))
        // HMAC pads its key with zeros: a longer salt that means the same is refused all the same.
        let padded = try self.proof(of: bytes, salt: salt, extra: salt + [0]).bytes
        #expect(fault(bytes, padded, policy) == .proof(.badExtra))
        #expect(fault(bytes, Array("x".utf8), policy) == .proof(.truncated))
        #expect(fault(Array("x".utf8), proof.bytes, policy) == .receipt(.signature(.notCompact)))
    }

    @Test
    func `another log of the same region may have it, one of another region may not`() throws {
        let bytes = try receipt()
        for (name, holds) in [("example.org/eu/2", true), ("example.org/in/1", false), ("example.org/eu", false)] {
            let key = try logKey(name, seed: 6)
            let lines = "log \(try logKey().verifier.text)\nlog \(key.verifier.text)\nquorum none\n"
            let found = fault(
                bytes, try proof(of: bytes, salt: salt, key: key).bytes, try Policy(parsing: Array(lines.utf8)))
            #expect(found == (holds ? nil : .otherLog(name)))
        }
    }

    @Test
    func `a record in a log holds`() throws {
        let record = LedgerRecord(
            domain: "example.org", region: "eu",
            event: .look(address: "alice@example.org", verb: "person show", at: 1_760_000_000_000))
        let policy = Policy(log: try logKey().verifier)
        let proof = try proof(of: record.canonical, salt: salt).bytes
        let verified = try ReceiptVerification.verify(record: record.canonical, proof: proof, policy: policy)
        #expect(verified.record == record)
        var altered = record.canonical
        altered[altered.count - 3] ^= 1
        #expect(throws: ReceiptFault.self) {
            try ReceiptVerification.verify(record: altered, proof: proof, policy: policy)
        }
    }
}
