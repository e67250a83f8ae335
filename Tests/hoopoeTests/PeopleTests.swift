// SPDX-License-Identifier: Apache-2.0

import Testing
import XMPP
import hoopoe

@Suite("Lists of people")
struct PeopleTests {
    /// RFC 5802 §5's password "pencil" and salt, as RFC 5803 writes it.
    private static let sha1 =
        "SCRAM-SHA-1$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:D+CSWLOshSulAsxiupA+qs2/fTE="
    /// RFC 7677 §3's.
    private static let sha256 =
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="

    @Test("verifiers read from text and print the same, and are those of the RFC's password", arguments: [sha1, sha256])
    func verifiers(_ text: String) throws {
        let verifier = try #require(ScramVerifier(text: text))
        #expect(verifier.text == text)
        #expect(verifier.iterations == 4_096)
        #expect(verifier.matches(try #require(Password("pencil"))))
        #expect(!verifier.matches(try #require(Password("Pencil"))))
    }

    @Test(
        "and anything else is refused",
        arguments: [
            "", "SCRAM-SHA-1",
            "SCRAM-SHA-512$4096:QSXCR+Q6sek8bf92$6dlGYMOdZcOPutkcNY8U2g7vK9Y=:D+CSWLOshSulAsxiupA+qs2/fTE=",
            sha1.replacing("4096", with: "4095"), sha1.replacing("4096", with: "-4096"),
            sha1.replacing("4096", with: "99999999999"), sha1.replacing("QSXCR", with: "*SXCR"),
            sha1.replacing("SHA-1", with: "SHA-256"), sha1 + "$", sha1.replacing("Y=:", with: "Y=")
        ])
    func malformed(_ text: String) {
        #expect(ScramVerifier(text: text) == nil)
    }

    @Test("fresh verifiers have salts of their own")
    func salts() throws {
        let password = try #require(Password("pencil"))
        let one = try ScramVerifiers(password, iterations: 4_096)
        let other = try ScramVerifiers(password, iterations: 4_096)
        #expect(Set([one.sha1.salt, one.sha256.salt, other.sha1.salt, other.sha256.salt]).count == 4)
        #expect(one.sha256.matches(password))
    }

    @Test("a list has passwords and verifiers, comments and empty lines; names are prepared")
    func list() throws {
        let list = try PeopleList(
            Array("# ours\n\nAda\tpass word\nben\t\(Self.sha256)\t\(Self.sha1)\r\ncy\tß".utf8), domain: "example.org")
        let entries = Array(list)
        #expect(entries.map(\.name) == ["ada", "ben", "cy"])
        #expect(list.count == 3)
        guard case .password(let password) = entries[0].credential,
            case .verifiers(let verifiers) = entries[1].credential
        else {
            Issue.record("a password and a pair of verifiers were expected")
            return
        }
        #expect(try ScramVerifiers(password, iterations: 4_096).sha1.matches(try #require(Password("pass word"))))
        #expect(verifiers.sha1.text == Self.sha1)
        #expect(verifiers.sha256.text == Self.sha256)
    }

    @Test(
        "what is wrong is told with its line, and never with the password",
        arguments: [
            ("ada", "line 1: a line is"),
            // Nothing else fits into a line: no file turns anything on for anybody.
            ("ada\tsecret\tsms", "line 1: the two verifiers"), ("ada\tsecret\tsms\thistory", "line 1: a line is"),
            ("ada\t\(Self.sha1)\t\(Self.sha256)\tsms", "line 1: a line is"),
            ("ada\tsecret\nada\tsecret", "line 2: the same name as in line 1"),
            ("ada\tsecret\nAda\tsecret", "line 2: the same name as in line 1"),
            ("ada\t", "line 1: cannot be a password"),
            ("\tsecret", "line 1: "), ("a b\tsecret", "line 1: \"a b\" cannot be a name"),
            ("+447700900123\tsecret", "is a phone number"), ("a\tsecret\tsecret\tsecret", "line 1: a line is"),
            ("ada\t\(sha1)", "there must be two"), ("ada\t\(sha1)\t\(sha1)", "one SCRAM-SHA-1$"),
            ("ada\tsecret\tsecret", "one SCRAM-SHA-1$"), ("ada\tsec\u{7}ret", "line 1: cannot be a password")
        ])
    func malformedLists(_ text: String, _ expected: String) {
        let failure = #expect(throws: Failure.self) { try PeopleList(Array(text.utf8), domain: "example.org") }
        #expect(failure?.status == .badData)
        #expect(failure?.message.contains(expected) == true, "\(failure?.message ?? "")")
        #expect(failure?.message.contains("secret") == false)
    }

    @Test("a line that isn't UTF-8 is told by its number")
    func notText() throws {
        let failure = #expect(throws: Failure.self) {
            try PeopleList(Array("ada\tsecret\nben\t".utf8) + [0xFF, 0x0A], domain: "example.org")
        }
        #expect(failure?.message == "line 2: that is not UTF-8 text")
    }
}
