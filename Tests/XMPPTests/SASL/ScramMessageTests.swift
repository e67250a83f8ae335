import Testing
import Wire

@testable import XMPP

@Suite struct ScramMessageTests {
    static let firsts: [(String, username: String, identity: String?, nonce: String)] = [
        ("n,,n=user,r=abc", "user", nil, "abc"),
        ("y,,n=user,r=abc", "user", nil, "abc"),
        ("n,a=user@x,n=user,r=abc", "user", "user@x", "abc"),
        ("n,a=a=2Cb=3Dc,n=a=2Cb=3Dc,r=abc", "a,b=c", "a,b=c", "abc"),
        ("n,,n=ünïcode,r=a!~", "ünïcode", nil, "a!~"),
        ("n,,n=user,r=a=b,x=1,Y=2", "user", nil, "a=b")
    ]

    @Test(arguments: firsts) func `reads the first message`(
        _ message: String, username: String, identity: String?, nonce: String
    ) throws {
        let first = try ScramMessage.ClientFirst(Array(message.utf8))
        #expect(first.username == username)
        #expect(first.authorizationIdentity == identity)
        #expect(first.nonce == Array(nonce.utf8))
        #expect(first.header + first.bare == Array(message.utf8))
    }

    @Test(arguments: [
        "", ",", "n", "n,", "n,,", "n,,n=user", "n,,n=user,", "n,,n=user,r=", "n,,n=,r=a", "n,,r=a,n=user",
        "p=tls-unique,,n=user,r=a", "p=tls-exporter,,n=user,r=a", "N,,n=user,r=a", "x,,n=user,r=a", ",,n=user,r=a",
        "n,user,n=user,r=a", "n,a=,n=user,r=a", "n,a=x=2,n=user,r=a", "n,,m=x,n=user,r=a", "n,,n=user,r=a,m=x",
        "n,,n=us=er,r=a", "n,,n=us=2cer,r=a", "n,,n=user=,r=a", "n,,n=user=2,r=a", "n,,n=user,r=a b", "n,,n=user,r=ä",
        "n,,n=us\u{0}er,r=a", "n,,n=user,r=a,", "n,,n=user,r=a,x", "n,,n=user,r=a,x=", "n,,n=user,r=a,1=2",
        "nn,,n=u,r=a"
    ]) func `refuses the first message`(_ message: String) {
        #expect(throws: SASLFailure.malformedRequest) { try ScramMessage.ClientFirst(Array(message.utf8)) }
    }

    @Test(arguments: [
        "", "c=biws", "c=biws,r=a", "c=biws,p=AAAA", "r=a,c=biws,p=AAAA", "c=biws,r=a,p=AAA", "c=bi ws,r=a,p=AAAA",
        "c=biws,r=a,p=AAAA,x=1", "c=biws,r=a,m=1,p=AAAA", "c=biws,r=a,p=", "c=,r=a,p=AAAA\u{0}", "c=biws,r=a,x,p=AAAA",
        "d=biws,r=a,p=AAAA"
    ]) func `refuses the final message`(_ message: String) {
        #expect {
            let final = try ScramMessage.ClientFinal(Array(message.utf8), decodingBase64: Base64.decode)
            // An empty proof is text that can be read; it is refused for its length.
            guard !final.proof.isEmpty else { throw SASLFailure.malformedRequest }
        } throws: { $0 as? SASLFailure == .malformedRequest }
    }

    @Test func `reads the final message`() throws {
        let final = try ScramMessage.ClientFinal(Array("c=biws,r=ab=c,x=1,p=AQID".utf8), decodingBase64: Base64.decode)
        #expect(final.channelBinding == Array("n,,".utf8))
        #expect(final.nonce == Array("ab=c".utf8))
        #expect(final.proof == [1, 2, 3])
        #expect(final.withoutProof == Array("c=biws,r=ab=c,x=1".utf8))
    }

    @Test func `long messages and bytes that aren't text are refused`() {
        let long = Array(("n,,n=user,r=" + String(repeating: "a", count: 4096)).utf8)
        #expect(throws: SASLFailure.malformedRequest) { try ScramMessage.ClientFirst(long) }
        let nonce = Array(("n,,n=user,r=" + String(repeating: "a", count: 513)).utf8)
        #expect(throws: SASLFailure.malformedRequest) { try ScramMessage.ClientFirst(nonce) }
        let bytes = Array("n,,n=us".utf8) + [0xFF] + Array("er,r=a".utf8)
        #expect(throws: SASLFailure.malformedRequest) { try ScramMessage.ClientFirst(bytes) }
    }

    @Test func `a header that isn't repeated fails`() throws {
        let verifier = ScramVerifiers.decoy(username: "user", secret: [1]).sha1
        for binding in ["n,a=x,", "y,,", "p=tls-exporter,,", "n,,x"] {
            var exchange = try ScramExchange(clientFirst: Array("n,,n=user,r=abc".utf8))
            _ = exchange.challenge(verifier, serverNonce: Array("def".utf8))
            let proof = Base64.encodeString(Array(repeating: 0, count: 20))
            let message = "c=\(Base64.encodeString(Array(binding.utf8))),r=abcdef,p=\(proof)"
            #expect(throws: SASLFailure.malformedRequest) { try exchange.finish(clientFinal: Array(message.utf8)) }
        }
    }
}
