import Testing
import Wire

@testable import XMPP

@Suite struct HeaderTests {
    static let headers: [(StreamHeader, String?)] = [
        (StreamHeader(to: "capulet.example"), nil),
        (StreamHeader(to: "CAPULET.example."), nil),
        (StreamHeader(to: "capulet.example", version: "1.1"), nil),
        (StreamHeader(to: "capulet.example", version: "2.0"), nil),
        (StreamHeader(to: "montague.example"), "host-unknown"),
        (StreamHeader(to: "sub.capulet.example"), "host-unknown"),
        (StreamHeader(to: "juliet@capulet.example"), "host-unknown"),
        (StreamHeader(to: "capulet.example/x"), "host-unknown"),
        (StreamHeader(to: ""), "host-unknown"),
        (StreamHeader(to: nil), "host-unknown"),
        (StreamHeader(to: "capulet.example", version: nil), "unsupported-version"),
        (StreamHeader(to: "capulet.example", version: "0.9"), "unsupported-version"),
        (StreamHeader(to: "capulet.example", version: ""), "unsupported-version"),
        (StreamHeader(to: "capulet.example", version: "-1.0"), "unsupported-version"),
        (StreamHeader(to: "capulet.example", version: "99999999999999999999.0"), "unsupported-version"),
        (StreamHeader(namespace: "http://wrong.example", to: "capulet.example"), "invalid-namespace"),
        (StreamHeader(defaultNamespace: "jabber:server", to: "capulet.example"), "invalid-namespace"),
        (StreamHeader(defaultNamespace: "", to: "capulet.example"), "invalid-namespace"),
        (StreamHeader(name: "flood", to: "capulet.example"), "bad-format")
    ]

    @Test(arguments: headers) func `is judged`(_ header: StreamHeader, _ condition: String?) {
        var peer = Peer(isEncrypted: true)
        peer.tell { $0.received(.opened(header), unread: 0) }
        let log = peer.takeLog()
        #expect(log.first?.hasPrefix("S: <?xml version='1.0'?><stream:stream ") == true)
        #expect(log.last?.hasPrefix("close") == (condition != nil))
        if let condition { #expect(log.last == "close \(condition)") }
    }

    @Test(arguments: [
        ("juliet@Capulet.example", "to='juliet@capulet.example' "), ("@", ""), (nil, "")
    ]) func `a client's from comes back to it`(_ from: String?, _ attribute: String) {
        var peer = Peer(isEncrypted: true)
        peer.tell { $0.received(.opened(StreamHeader(to: "capulet.example", from: from)), unread: 0) }
        #expect(
            peer.takeLog().first?.contains("\(attribute)from='capulet.example' id='abab") == true)
    }

    @Test func `the stream id comes from the random source and changes`() {
        let stream = { (byte: UInt8) in
            var stream = ClientStream(Peer.configuration, isEncrypted: true) { Array(repeating: byte, count: $0) }
            guard
                case .write(let bytes) = stream.received(.opened(StreamHeader(to: "capulet.example")), unread: 0).first
            else { return "" }
            return String(decoding: bytes, as: UTF8.self)
        }
        #expect(stream(1).contains("id='01010101010101010101010101010101'"))
        #expect(stream(2).contains("id='02020202020202020202020202020202'"))
    }

    @Test func `further features are offered after authentication`() {
        var configuration = Peer.configuration
        configuration.furtherFeatures = Array("<c xmlns='http://jabber.org/protocol/caps' ver='v'/>".utf8)
        var peer = Peer(configuration, isEncrypted: true)
        peer.send(Peer.header + Peer.plain("juliet", "r0m30"))
        peer.send(Peer.header)
        #expect(
            peer.takeLog().last?.hasSuffix("<c xmlns='http://jabber.org/protocol/caps' ver='v'/></stream:features>")
                == true)
    }

    @Test(arguments: [
        "<message to='juliet@capulet.example'/>", "<", "x", "<?xml version='1.0'?>",
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"
    ]) func `what follows starttls in the clear is never heard`(_ injected: String) {
        var peer = Peer()
        peer.send(Peer.header + OrderTests.startTLS + injected)
        #expect(peer.takeLog().last == "close policy-violation")
    }

    static let xmlErrors: [(String, String)] = [
        ("<!-- x -->", "restricted-xml"), ("<?php x ?>", "restricted-xml"), ("<!DOCTYPE x>", "restricted-xml"),
        ("<message>&x;</message>", "restricted-xml"), ("<message></iq>", "not-well-formed"),
        ("<a:b/>", "bad-namespace-prefix"),
        ("text", "bad-format"), ("<message \u{1}/>", "not-well-formed"),
        ("<message><body>" + String(repeating: "x", count: 20_000), "policy-violation"),
        (String(repeating: "<a>", count: 20), "policy-violation")
    ]

    @Test(arguments: xmlErrors) func `bad XML is answered in a stream`(_ xml: String, _ condition: String) {
        var peer = Peer(isEncrypted: true)
        peer.send(Peer.header)
        _ = peer.takeLog()
        peer.send(xml)
        let log = peer.takeLog()
        #expect(log.last == "close \(condition)")
        #expect(log.first?.hasSuffix("</stream:error></stream:stream>") == true)
    }

    @Test(arguments: ["GET / HTTP/1.1\r\n\r\n", "<html>", "\u{16}\u{3}\u{1}", "<?xml version='1.0' encoding='latin1'?>"]
    )
    func `a peer that speaks something else gets a stream to read the error in`(_ bytes: String) {
        var peer = Peer(isEncrypted: true)
        peer.send(bytes)
        let log = peer.takeLog()
        #expect(log.first?.hasPrefix("S: <?xml version='1.0'?><stream:stream ") == true)
        #expect(log.last?.hasPrefix("close ") == true)
    }

    @Test(arguments: StreamError.Condition.allCases) func `every condition can be read`(
        _ condition: StreamError.Condition
    ) throws {
        let bytes = StreamError(condition, text: "a < b", detail: .handledCountTooHigh(handled: 2, sent: 1)).bytes
        let text = String(decoding: bytes, as: UTF8.self)
        let document = "<s xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>\(text)</s>"
        let error = try #require(
            Element(parsing: Array(document.utf8)).first(QName(Namespace.streams, "error")))
        #expect(error.children.first { $0.isIn(Namespace.streamErrors) }?.name == condition.rawValue)
        #expect(error.first(QName(Namespace.streamErrors, "text"))?.text == "a < b")
        #expect(error.first(QName(Namespace.streamManagement, "handled-count-too-high"))?["h"] == "2")
    }
}
