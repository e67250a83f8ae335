import Proof
import Testing
import Wire

struct SignedNoteTests {
    /// The example of the specification.
    private let key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    private let note = """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """

    @Test
    func `the specification's example`() throws {
        let key = try VerifierKey(key)
        #expect(key.text == self.key)
        #expect(key.name.description == "example.com/foo")
        #expect(key.id == 0x530d_903a)
        let note = try SignedNote(parsing: Array(self.note.utf8))
        #expect(note.text == Array("This is an example message.\n".utf8))
        #expect(note.bytes == Array(self.note.utf8))
        #expect(try note.isSigned(by: key))
        #expect(try !note.isSigned(by: try logKey().verifier))
    }

    @Test
    func `a signed text comes back, and no byte can be another`() throws {
        let key = try logKey("näme")
        let note = try SignedNote(text: Array("one\n\nöther\n".utf8), signedBy: key)
        #expect(try SignedNote(parsing: note.bytes) == note)
        #expect(try note.isSigned(by: key.verifier))
        for place in note.bytes.indices {
            for flip: UInt8 in [1, 2, 0x20, 0x80] {
                var altered = note.bytes
                altered[place] ^= flip
                let signed = (try? SignedNote(parsing: altered)).flatMap { try? $0.isSigned(by: key.verifier) }
                #expect(signed != true, "byte \(place) ^ \(flip)")
            }
            #expect(throws: NoteError.self) { try SignedNote(parsing: Array(note.bytes.prefix(place))) }
        }
    }

    @Test(
        "what isn't a note",
        arguments: [
            ("", NoteError.notANote), ("\n", .notANote), ("\n\n", .notANote), ("text\n", .notANote),
            ("text\n\n", .notANote),
            ("text\n\n— name AAAAAAA=", .notANote), ("text\n\n- name AAAAAAA=\n", .badSignatureLine),
            ("text\n\n— name AAAAAA==\n", .badSignatureLine), ("text\n\n— name\n", .badSignatureLine),
            ("text\n\n— name AAAAAAB=\n", .badSignatureLine), ("text\n\n— name  AAAAAAA=\n", .badSignatureLine),
            ("text\n\n— na+me AAAAAAA=\n", .badKeyName), ("text\n\n— na\u{00A0}me AAAAAAA=\n", .badKeyName),
            ("text\n\n— name AAAAAAA= \n", .badSignatureLine), ("te\txt\n\n— name AAAAAAA=\n", .notText),
            ("text\r\n\n— name AAAAAAA=\n", .notText), ("text\n\n—  AAAAAAA=\n", .badKeyName)
        ])
    func refused(text: String, error: NoteError) {
        #expect(throws: error) { try SignedNote(parsing: Array(text.utf8)) }
    }

    @Test
    func `the last empty line parts text and signatures`() throws {
        let note = try SignedNote(parsing: Array("a\n\n— name AAAAAAA=\n\n— name AAAAAAE=\n".utf8))
        #expect(note.text == Array("a\n\n— name AAAAAAA=\n".utf8))
        #expect(note.signatures.count == 1)
        #expect(throws: NoteError.notText) {
            try SignedNote(parsing: [0xFF, 0x0A, 0x0A] + Array("— name AAAAAAA=\n".utf8))
        }
    }

    @Test
    func `sixteen signatures are read and so are 64, more are not; neither is a long note`() throws {
        let line = "— name AAAAAAA=\n"
        func note(_ lines: Int) -> [UInt8] { Array(("text\n\n" + String(repeating: line, count: lines)).utf8) }
        #expect(try SignedNote(parsing: note(16)).signatures.count == 16)
        #expect(try SignedNote(parsing: note(64)).signatures.count == 64)
        #expect(throws: NoteError.tooManySignatures) { try SignedNote(parsing: note(65)) }
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: SignedNote.maximumSize + 1)
        #expect(throws: NoteError.tooLong(bytes: long.count)) { try SignedNote(parsing: long) }
    }

    @Test
    func `a wrong signature of a known key refuses the note, one of another key with its name or its number doesn't`()
        throws
    {
        let key = try logKey()
        let other = try logKey(seed: 2)
        var note = try SignedNote(text: Array("text\n".utf8), signedBy: key)
        note.add(NoteSignature(name: key.verifier.name, keyID: other.verifier.id, bytes: [1]))
        note.add(NoteSignature(name: try KeyName("other"), keyID: key.verifier.id, bytes: [1]))
        #expect(try note.isSigned(by: key.verifier))
        note.add(
            NoteSignature(name: key.verifier.name, keyID: key.verifier.id, bytes: [UInt8](repeating: 0, count: 64)))
        #expect(throws: NoteError.badSignature(key: key.verifier.shortText)) { try note.isSigned(by: key.verifier) }
    }

    @Test(
        "what isn't a verifier key",
        arguments: [
            ("", NoteError.badVerifierKey), ("example.com/foo", .badVerifierKey),
            ("example.com/foo+530d903a", .badVerifierKey),
            ("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", .badVerifierKey),
            ("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", .badVerifierKey),
            ("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", .badVerifierKey),
            ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2", .badVerifierKey),
            ("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l", .badVerifierKey),
            ("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", .badKeyName),
            ("a b+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", .badKeyName),
            ("foo+530d903a+BgkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", .unsupportedSignatureType(6))
        ])
    func badKey(text: String, error: NoteError) {
        #expect(throws: error) { try VerifierKey(text) }
    }

    @Test
    func `keys print no secrets`() throws {
        let key = try logKey()
        #expect("\(key)" == "SigningKey(\(key.verifier.shortText))")
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!dumped.contains("PrivateKey"))
        #expect(throws: NoteError.badSeed) { try SigningKey(name: KeyName("a"), seed: [1, 2, 3]) }
    }
}
