import Proof
import Testing
import Wire

struct TransparencyProofTests {
    private let entries = ReferenceTree.entries(300)

    private func proof(_ index: Int, extra: [UInt8]? = [1, 2, 3]) throws -> TransparencyProof {
        let log = try MemoryLog.signed(entries)
        return TransparencyProof(
            extra: extra, index: index,
            path: try TiledTree(size: entries.count, reader: log).inclusionProof(of: index).path,
            checkpoint: try SignedNote(parsing: try log.read("checkpoint")))
    }

    @Test
    func `a proof comes back and proves`() throws {
        let policy = Policy(log: try logKey().verifier)
        for index in [0, 255, 256, 299] {
            for extra in [nil, [7] as [UInt8]?] {
                let proof = try proof(index, extra: extra)
                #expect(try TransparencyProof(parsing: proof.bytes) == proof)
                #expect(try proof.verify(entry: entries[index], policy: policy).checkpoint.size == 300)
                #expect(throws: TransparencyProofError.notIncluded(.otherRoot)) {
                    try proof.verify(entry: entries[1], policy: policy)
                }
            }
        }
        let stranger = Policy(log: try logKey(seed: 3).verifier)
        #expect(throws: TransparencyProofError.untrusted(.unknownLog("example.org/eu/1"))) {
            try proof(0).verify(entry: entries[0], policy: stranger)
        }
    }

    @Test
    func `its lines are those of the specification`() throws {
        let lines = String(decoding: try proof(3).bytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "c2sp.org/tlog-proof@v1")
        #expect(lines[1] == "extra AQID")
        #expect(lines[2] == "index 3")
        #expect(lines[3..<12].allSatisfy { $0.utf8.count == 44 })
        #expect(lines[12] == "")
        #expect(lines[13] == "example.org/eu/1")
        #expect(lines[14] == "300")
    }

    @Test
    func `no byte can be another but those of the extra line, which the entry vouches for`() throws {
        let policy = Policy(log: try logKey().verifier)
        let proof = try proof(3, extra: nil)
        for place in proof.bytes.indices {
            for bit in 0..<8 {
                var altered = proof.bytes
                altered[place] ^= 1 << bit
                #expect(throws: TransparencyProofError.self, "bit \(bit) of byte \(place)") {
                    try TransparencyProof(parsing: altered).verify(entry: entries[3], policy: policy)
                }
            }
            #expect(throws: TransparencyProofError.self) {
                try TransparencyProof(parsing: Array(proof.bytes.prefix(place)))
            }
        }
    }

    @Test(
        "what isn't a proof",
        arguments: [
            ("", TransparencyProofError.truncated), ("c2sp.org/tlog-proof@v2\n", .notAProof),
            ("c2sp.org/tlog-proof@v1", .truncated), ("c2sp.org/tlog-proof@v1\n", .truncated),
            ("c2sp.org/tlog-proof@v1\nextra \nindex 0\n\n", .badExtra),
            ("c2sp.org/tlog-proof@v1\nextra AQ=\nindex 0\n\n", .badExtra),
            ("c2sp.org/tlog-proof@v1\nextra AQ==\nextra AQ==\nindex 0\n\n", .badIndex),
            ("c2sp.org/tlog-proof@v1\nextra\nindex 0\n\n", .badIndex),
            ("c2sp.org/tlog-proof@v1\nindex 00\n\n", .badIndex),
            ("c2sp.org/tlog-proof@v1\nindex -1\n\n", .badIndex), ("c2sp.org/tlog-proof@v1\nindex \n\n", .badIndex),
            ("c2sp.org/tlog-proof@v1\nindex 9223372036854775808\n\n", .badIndex),
            ("c2sp.org/tlog-proof@v1\r\nindex 0\n\n", .notAProof),
            ("c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n", .badHash(number: 1)),
            ("c2sp.org/tlog-proof@v1\nindex 0\n", .truncated),
            ("c2sp.org/tlog-proof@v1\nindex 0\n\n", .badCheckpoint(.notANote))
        ])
    func refused(text: String, error: TransparencyProofError) {
        #expect(throws: error) { try TransparencyProof(parsing: Array(text.utf8)) }
    }

    @Test
    func `no more hashes than any tree has`() throws {
        let line = Base64.encodeString(MerkleHash.empty.bytes) + "\n"
        let text = "c2sp.org/tlog-proof@v1\nindex 0\n" + String(repeating: line, count: 65) + "\n"
        #expect(throws: TransparencyProofError.badHash(number: 65)) { try TransparencyProof(parsing: Array(text.utf8)) }
    }
}
