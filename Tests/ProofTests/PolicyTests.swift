import Proof
import Testing
import Wire

struct PolicyTests {
    private static let log = key("example.org/eu/1", 1).verifier.text
    private static let otherLog = key("example.org/in/1", 2).verifier.text
    private static func witness(_ number: UInt8) -> SigningKey { key("w\(number).example", 10 + number) }
    private static func witnessText(_ number: UInt8) -> String { Cosignature.verifier(of: witness(number)).text }

    private static func key(_ name: String, _ seed: UInt8) -> SigningKey {
        // The seed has 32 bytes and the name is one.
        do { return try logKey(name, seed: seed) } catch { preconditionFailure("\(error)") }
    }

    private static let whole = """
        # Who must have seen it.
        log \(log) https://example.org/log/eu/1/
        \tlog  \(otherLog)\u{20}

        witness X1 \(witnessText(1))
        witness X2 \(witnessText(2)) https://w2.example/
        witness X3 \(witnessText(3))
        group X 2 X1 X2 X3
        witness Y1 \(witnessText(4))
        group Y any Y1
        group X-and-Y all X Y
        quorum X-and-Y

        """

    @Test
    func `a whole policy is read, and comes back as printed`() throws {
        let policy = try Policy(parsing: Array(Self.whole.utf8))
        #expect(policy.logs.map(\.key.text) == [Self.log, Self.otherLog])
        #expect(policy.logs[0].url == Array("https://example.org/log/eu/1/".utf8))
        #expect(policy.witnesses.count == 4)
        #expect(policy.groups.map(\.threshold) == [2, 1, 2])
        #expect(try Policy(parsing: policy.bytes) == policy)
        #expect(policy.log(named: try logKey().verifier.shortText) == (try logKey().verifier))
        #expect(policy.log(named: "example.org/eu/1+00000000") == nil)
    }

    @Test
    func `the policy of one log`() throws {
        let policy = Policy(log: try logKey().verifier, url: "https://example.org/log/eu/1/")
        #expect(policy.bytes == Array("log \(Self.log) https://example.org/log/eu/1/\nquorum none\n".utf8))
        #expect(try Policy(parsing: policy.bytes) == policy)
    }

    @Test(
        "errors name the line and what is wrong with it",
        arguments: [
            ("", 1, PolicyError.Reason.noQuorum),
            ("log \(log)\n", 1, .noQuorum),
            ("quorum none", 1, .unfinished),
            ("\nquorum none\nlog", 3, .unfinished),
            ("quorum none\nquorum none\n", 2, .secondQuorum),
            ("quorum\n", 1, .wrongForm("quorum NAME, or: quorum none")),
            ("quorum a b\n", 1, .wrongForm("quorum NAME, or: quorum none")),
            ("quorum X\n", 1, .unknownName("X")),
            ("lgo \(log)\n", 1, .unknownKeyword("lgo")),
            ("LOG \(log)\n", 1, .unknownKeyword("LOG")),
            ("log\nquorum none\n", 1, .wrongForm("log VKEY [URL]")),
            ("log \(log) a b\n", 1, .wrongForm("log VKEY [URL]")),
            ("\n# a\nlog nonsense\n", 3, .badKey(.badVerifierKey)),
            ("log \(log)\nlog \(log)\n", 2, .duplicateKey),
            ("log \(log)\nlog \(key("another.name", 1).verifier.text)\n", 2, .duplicateKey),
            ("log \(witnessText(1))\n", 1, .wrongKeyType),
            ("witness X1 \(log)\n", 1, .wrongKeyType),
            ("witness \(witnessText(1))\n", 1, .wrongForm("witness NAME VKEY [URL]")),
            ("witness X1 \(witnessText(1))\nwitness X2 \(witnessText(1))\n", 2, .duplicateKey),
            ("witness X1 \(witnessText(1))\nwitness X1 \(witnessText(2))\n", 2, .duplicateName("X1")),
            ("witness none \(witnessText(1))\n", 1, .reservedName),
            ("group G any\n", 1, .wrongForm("group NAME all|any|NUMBER NAME…")),
            ("group G any X\n", 1, .unknownName("X")),
            ("group G any none\n", 1, .reservedName),
            ("group G any G\n", 1, .unknownName("G")),
            ("witness X \(witnessText(1))\ngroup none any X\n", 2, .reservedName),
            ("witness X \(witnessText(1))\ngroup X any X\n", 2, .duplicateName("X")),
            ("witness X \(witnessText(1))\ngroup G all X X\n", 2, .memberTwice("X")),
            ("witness X \(witnessText(1))\ngroup G any X\ngroup H any X\n", 3, .memberTwice("X")),
            ("witness X \(witnessText(1))\ngroup G 0 X\n", 2, .badThreshold("0")),
            ("witness X \(witnessText(1))\ngroup G 2 X\n", 2, .badThreshold("2")),
            ("witness X \(witnessText(1))\ngroup G 01 X\n", 2, .badThreshold("01")),
            ("witness X \(witnessText(1))\ngroup G most X\n", 2, .badThreshold("most")),
            ("quorum none\r\n", 1, .badCharacter(13)),
            ("# a\u{7F}\n", 1, .badCharacter(127)),
            ("quorum\u{A0}none\n", 1, .unknownKeyword("quorum\u{A0}none"))
        ])
    func refused(text: String, line: Int, reason: PolicyError.Reason) {
        #expect(throws: PolicyError(line: line, reason)) { try Policy(parsing: Array(text.utf8)) }
    }

    @Test
    func `names are bytes, not characters`() throws {
        let composed = Array(
            "witness \u{E9} \(Self.witnessText(1))\nwitness e\u{301} \(Self.witnessText(2))\nquorum e\u{301}\n".utf8)
        let policy = try Policy(parsing: composed)
        #expect(policy.quorum == [0x65, 0xCC, 0x81])
        let invalid = Array("witness ".utf8) + [0xFF] + Array(" \(Self.witnessText(1))\nquorum ".utf8) + [0xFF, 0x0A]
        #expect(try Policy(parsing: invalid).bytes == invalid)
    }

    @Test(
        "who must have seen a checkpoint",
        arguments: [
            ([], false), ([1, 2], false), ([1, 2, 3], false), ([4], false), ([1, 4], false), ([1, 2, 4], true),
            ([1, 3, 4], true), ([1, 2, 3, 4], true), ([1, 1, 4], false)
        ] as [([UInt8], Bool)])
    func quorum(witnesses: [UInt8], trusted: Bool) throws {
        let policy = try Policy(parsing: Array(Self.whole.utf8))
        let key = try logKey()
        var note = try Checkpoint(origin: key.verifier.name, size: 1, root: .leaf([1])).signed(by: key)
        for number in witnesses {
            note.add(try Cosignature.sign(note, with: Self.witness(number), time: 1_679_315_147 + Int64(number)))
        }
        if trusted {
            let seen = try policy.verify(note)
            #expect(seen.sightings.map(\.time) == witnesses.map { 1_679_315_147 + Int64($0) })
        } else {
            #expect(throws: PolicyRefusal.tooFewWitnesses(quorum: "X-and-Y", seen: Set(witnesses).count)) {
                try policy.verify(note)
            }
        }
    }

    @Test
    func `an altered cosignature refuses the checkpoint`() throws {
        let policy = try Policy(parsing: Array("log \(Self.log)\nwitness W \(Self.witnessText(1))\nquorum W\n".utf8))
        let key = try logKey()
        let note = try Checkpoint(origin: key.verifier.name, size: 1, root: .leaf([1])).signed(by: key)
        let signature = try Cosignature.sign(note, with: Self.witness(1), time: 5)
        for place in signature.bytes.indices {
            var bytes = signature.bytes
            bytes[place] ^= 1
            var altered = note
            altered.add(NoteSignature(name: signature.name, keyID: signature.keyID, bytes: bytes))
            #expect(throws: PolicyRefusal.self) { try policy.verify(altered) }
        }
        for count in [0, 7, 8, 71] {
            var cut = note
            cut.add(
                NoteSignature(name: signature.name, keyID: signature.keyID, bytes: Array(signature.bytes.prefix(count)))
            )
            #expect(throws: PolicyRefusal.self) { try policy.verify(cut) }
        }
        var other = note
        other.add(try Cosignature.sign(note, with: Self.witness(2), time: 5))
        #expect(throws: PolicyRefusal.tooFewWitnesses(quorum: "W", seen: 0)) { try policy.verify(other) }
    }

    @Test
    func `logs sign under their own names only`() throws {
        let key = try logKey()
        let policy = try Policy(parsing: Array("log \(Self.log)\nlog \(Self.otherLog)\nquorum none\n".utf8))
        let foreign = try Checkpoint(origin: try KeyName("example.org/in/1"), size: 1, root: .leaf([1])).signed(by: key)
        #expect(throws: PolicyRefusal.unknownLog("example.org/in/1")) { try policy.verify(foreign) }
        let stranger = try logKey(seed: 9)
        let unknown = try Checkpoint(origin: key.verifier.name, size: 1, root: .leaf([1])).signed(by: stranger)
        #expect(throws: PolicyRefusal.unknownLog("example.org/eu/1")) { try policy.verify(unknown) }
        let empty = try Policy(parsing: Array("quorum none\n".utf8))
        #expect(throws: PolicyRefusal.noLogs) { try empty.verify(unknown) }
        let text = try SignedNote(text: Array("example.org/eu/1\nno checkpoint\n".utf8), signedBy: key)
        #expect(throws: PolicyRefusal.badNote(.notACheckpoint)) { try policy.verify(text) }
    }
}
