import Proof
import Testing
import Wire

struct CheckpointTests {
    private let text = """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        """

    @Test
    func `the specification's example`() throws {
        let checkpoint = try Checkpoint(text: Array(text.utf8))
        #expect(checkpoint.origin == Array("example.com/behind-the-sofa".utf8))
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.extensions.isEmpty)
        #expect(checkpoint.text == Array(text.utf8))
        let extended = text + "one\ntwo\n"
        #expect(try Checkpoint(text: Array(extended.utf8)).extensions.count == 2)
        #expect(try Checkpoint(text: Array(extended.utf8)).text == Array(extended.utf8))
    }

    @Test(
        "what isn't a checkpoint",
        arguments: [
            "", "\n", "a\n1\n", "a\n1\n\n", "\n1\n\(root)\n", "a\n01\n\(root)\n", "a\n-1\n\(root)\n",
            "a\n+1\n\(root)\n",
            "a\n\n\(root)\n", "a\n1\n\(root)", "a\n1\n\(root)\n\n", "a\n1\n\(root.dropLast())\n", "a\n1\nAAAA\n",
            "a\n9223372036854775808\n\(root)\n", "a\n1 \n\(root)\n", "a\n1\n\(root) \n", "a\n1\n\(root)\n\nb\n"
        ])
    func refused(text: String) {
        #expect(throws: NoteError.notACheckpoint) { try Checkpoint(text: Array(text.utf8)) }
    }

    private static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

    @Test
    func `sizes from none to the largest`() throws {
        for size in [0, 1, 255, 256, Int.max] {
            let checkpoint = Checkpoint(origin: try KeyName("a"), size: size, root: .empty)
            #expect(try Checkpoint(text: checkpoint.text) == checkpoint)
        }
    }

    @Test
    func `no byte of a signed checkpoint can be another`() throws {
        let key = try logKey()
        let policy = Policy(log: key.verifier)
        let bytes = try MemoryLog.checkpoint(20, .leaf([1]))
        let trusted = try policy.verify(parsing: bytes)
        #expect(trusted.checkpoint == Checkpoint(origin: key.verifier.name, size: 20, root: .leaf([1])))
        #expect(trusted.log == key.verifier)
        for place in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[place] ^= 1 << bit
                #expect(throws: PolicyRefusal.self, "bit \(bit) of byte \(place)") {
                    try policy.verify(parsing: altered)
                }
            }
            #expect(throws: PolicyRefusal.self) { try policy.verify(parsing: Array(bytes.prefix(place))) }
        }
    }
}
