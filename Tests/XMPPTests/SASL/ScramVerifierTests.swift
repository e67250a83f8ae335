import Testing

@testable import XMPP

@Suite struct ScramVerifierTests {
    private let salts = (sha1: Array(repeating: UInt8(1), count: 16), sha256: Array(repeating: UInt8(2), count: 16))

    @Test func `a password matches its verifiers and no other`() throws {
        let password = try #require(Password("pencil"))
        let verifiers = try ScramVerifiers.deriveBoth(password, iterations: 64, salts: salts)
        #expect(verifiers.sha1.matches(password))
        #expect(verifiers.sha256.matches(password))
        #expect(verifiers.sha1.storedKey.count == 20)
        #expect(verifiers.sha256.serverKey.count == 32)
        for other in ["pencil ", "Pencil", "penci", "pencil\u{301}"] {
            #expect(!verifiers.sha256.matches(try #require(Password(other))))
        }
    }

    @Test func `passwords are compared in their prepared form`() throws {
        let verifiers = try ScramVerifiers.deriveBoth(
            #require(Password("caf\u{E9} au\u{A0}lait")), iterations: 64, salts: salts)
        #expect(verifiers.sha256.matches(try #require(Password("cafe\u{301} au lait"))))
    }

    @Test(arguments: ["", "a\u{0}b", "a\nb", String(repeating: "a", count: 1024), "\u{FFFF}"])
    func `what can't be a password`(_ text: String) {
        #expect(Password(text) == nil)
    }

    @Test func `a password doesn't print itself`() throws {
        let password = try #require(Password("hunter2"))
        var dumped = ""
        dump(password, to: &dumped)
        #expect(!"\(password) \(String(reflecting: password)) \(dumped)".contains("hunter2"))
    }

    @Test func `a decoy stays the same for a name, and differs between names and secrets`() {
        let decoy = ScramVerifiers.decoy(username: "juliet", secret: [1, 2, 3], iterations: 4096)
        #expect(decoy == ScramVerifiers.decoy(username: "juliet", secret: [1, 2, 3], iterations: 4096))
        #expect(decoy.sha1.salt.count == ScramVerifiers.saltLength)
        #expect(decoy.sha256.salt.count == ScramVerifiers.saltLength)
        let others = [
            ScramVerifiers.decoy(username: "romeo", secret: [1, 2, 3], iterations: 4096),
            ScramVerifiers.decoy(username: "juliet", secret: [1, 2, 4], iterations: 4096)
        ]
        let all = ([decoy] + others).flatMap { [$0.sha1.salt, $0.sha256.salt, $0.sha1.storedKey, $0.sha256.storedKey] }
        #expect(Set(all).count == all.count)
    }

    @Test func `no password matches a decoy`() throws {
        let decoy = ScramVerifiers.decoy(username: "juliet", secret: [1], iterations: 64)
        #expect(!decoy.sha256.matches(try #require(Password("pencil"))))
    }

    @Test func `comparison`() {
        #expect(ConstantTime.areEqual([], []))
        #expect(ConstantTime.areEqual([1, 2], [1, 2]))
        #expect(!ConstantTime.areEqual([1, 2], [1, 3]))
        #expect(!ConstantTime.areEqual([1, 2], [1]))
    }

    @Test func `a check without a password fails`() {
        let decoy = ScramVerifiers.decoy(username: "juliet", secret: [1], iterations: 64)
        #expect(!PasswordCheck(verifier: decoy.sha256, password: nil).run())
    }
}
