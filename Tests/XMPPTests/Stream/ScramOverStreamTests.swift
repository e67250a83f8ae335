import Testing
import Wire

@testable import XMPP

/// SCRAM as a client sees it, through the stream. The client's arithmetic is our own: the RFCs' vectors are in
/// `ScramVectorTests`.
@Suite struct ScramOverStreamTests {
    private let hashes: [SASLMechanism: ScramHash] = [.scramSHA1: .sha1, .scramSHA256: .sha256]

    /// Plays a client up to the server's last word, which is returned with the mechanism's content.
    private func logIn(
        _ mechanism: SASLMechanism, as username: String = "juliet", password: String = "r0m30", header: String = "n,,"
    ) throws -> (log: [String], isProven: Bool) {
        let hash = try #require(hashes[mechanism])
        var peer = Peer(isEncrypted: true)
        peer.send(Peer.header)
        let bare = "n=\(username),r=clientnonce"
        peer.send(element("auth mechanism='\(mechanism.rawValue)'", header + bare))
        guard let challenge = content(peer.takeLog().last ?? "", of: "challenge") else { return (peer.log, false) }
        let fields = challenge.split(separator: ",").map { $0.dropFirst(2) }
        let salt = try #require(Base64.decode(String(fields[1])))
        let salted = try hash.saltedPassword(
            Array(password.utf8), salt: salt, iterations: try #require(Int(fields[2])))
        let clientKey = hash.authenticationCode(key: salted, of: Array("Client Key".utf8))
        let withoutProof = "c=\(Base64.encodeString(Array(header.utf8))),r=\(fields[0])"
        let authMessage = Array("\(bare),\(challenge),\(withoutProof)".utf8)
        let signature = hash.authenticationCode(key: hash.digest(of: clientKey), of: authMessage)
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        peer.send(element("response", "\(withoutProof),p=\(Base64.encodeString(proof))"))
        let serverKey = hash.authenticationCode(key: salted, of: Array("Server Key".utf8))
        let expected = "v=" + Base64.encodeString(hash.authenticationCode(key: serverKey, of: authMessage))
        let log = peer.takeLog()
        return (log, log.contains { content($0, of: "success") == expected })
    }

    private func element(_ start: String, _ content: String) -> String {
        let name = start.prefix { $0 != " " }
        return "<\(start) xmlns='\(Namespace.sasl)'>\(Base64.encodeString(Array(content.utf8)))</\(name)>"
    }

    private func content(_ line: String, of name: String) -> String? {
        guard line.hasPrefix("S: <\(name) ") else { return nil }
        let text = line.split(separator: ">").dropFirst().first?.prefix { $0 != "<" } ?? ""
        return Base64.decode(String(text)).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test(arguments: [SASLMechanism.scramSHA1, .scramSHA256], ["n,,", "y,,", "n,a=juliet@capulet.example,"])
    func `the right password proves both sides`(_ mechanism: SASLMechanism, _ header: String) throws {
        let (log, isProven) = try logIn(mechanism, header: header)
        #expect(isProven)
        #expect(log.first == "authenticated juliet")
        #expect(log.last == "restart")
    }

    @Test(arguments: [SASLMechanism.scramSHA1, .scramSHA256])
    func `a name is prepared first`(_ mechanism: SASLMechanism) throws {
        #expect(try logIn(mechanism, as: "JULIET").log.first == "authenticated juliet")
    }

    @Test(arguments: [SASLMechanism.scramSHA1, .scramSHA256])
    func `a wrong password and an unknown name fail alike`(_ mechanism: SASLMechanism) throws {
        let wrong = try logIn(mechanism, password: "r0m31").log
        let failure = "S: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>"
        #expect(wrong == ["wrong password of juliet", failure])
        #expect(try logIn(mechanism, as: "nobody").log == ["wrong password of nobody", failure])
    }

    @Test func `an unknown name is challenged like a known one, the same each time`() throws {
        let challenge = { (username: String) -> [Substring] in
            var peer = Peer(isEncrypted: true)
            peer.send(Peer.header + self.element("auth mechanism='SCRAM-SHA-256'", "n,,n=\(username),r=x"))
            return self.content(peer.takeLog().last ?? "", of: "challenge")?.split(separator: ",") ?? []
        }
        let known = challenge("juliet")
        let unknown = challenge("nobody")
        #expect(unknown.count == 3)
        #expect(unknown.map(\.count) == known.map(\.count))
        #expect(unknown[2] == known[2])
        #expect(unknown[1] != known[1])
        #expect(challenge("nobody") == unknown)
        #expect(challenge("nobody2") != unknown)
    }

    @Test(arguments: ["p=tls-unique,,", "p=tls-exporter,,"]) func `channel binding isn't offered`(_ header: String)
        throws
    {
        var peer = Peer(isEncrypted: true)
        peer.send(Peer.header + element("auth mechanism='SCRAM-SHA-256'", header + "n=juliet,r=x"))
        #expect(peer.takeLog().last?.contains("<malformed-request/>") == true)
    }

    @Test(arguments: ["a b", "@", "a@b", "\u{265A}", "=2C=2C"]) func `names that can't be fail like wrong ones`(
        _ username: String
    ) throws {
        var peer = Peer(isEncrypted: true)
        peer.send(Peer.header + element("auth mechanism='SCRAM-SHA-256'", "n,,n=\(username),r=x"))
        let isNameless = username == "=2C=2C"
        // A comma may stand in a name; such an account just doesn't exist.
        #expect(peer.takeLog().last?.contains(isNameless ? "<challenge" : "<not-authorized/>") == true)
    }

    @Test func `a mechanism that was switched off isn't heard`() {
        var configuration = Peer.configuration
        configuration.mechanisms = [.scramSHA256]
        var peer = Peer(configuration, isEncrypted: true)
        peer.send(Peer.header)
        #expect(peer.takeLog().last?.contains("<mechanism>PLAIN</mechanism>") == false)
        peer.send(Peer.plain("juliet", "r0m30"))
        #expect(peer.takeLog().last?.contains("<invalid-mechanism/>") == true)
    }
}
