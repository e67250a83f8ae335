import Testing

@testable import Wire

@Suite struct XMLStreamParserTests {
    private let starttls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"

    private func element(_ event: XMLStreamEvent?) throws -> Element {
        guard case .element(let element) = try #require(event) else { throw XMLError(.unexpectedEnd, at: 0) }
        return element
    }

    @Test func `restart begins a new stream and forgets the old one`() throws {
        var parser = XMLStreamParser()
        parser.feed(Array((header + starttls + "<injected xmlns='u").utf8))
        _ = try parser.next()
        let request = try element(try parser.next())
        #expect(request.matches(QName("urn:ietf:params:xml:ns:xmpp-tls", "starttls")))
        #expect(parser.bufferedByteCount == 18)
        parser.restart()
        #expect(parser.bufferedByteCount == 0)
        parser.feed(Array("<?xml version='1.0'?><s xmlns='other'><a/><stream:b/>".utf8))
        guard case .opened(let second) = try parser.next() else {
            Issue.record("no header")
            return
        }
        #expect(second == StreamHeader(name: "s", namespace: "other", defaultNamespace: "other", version: nil))
        #expect(try element(try parser.next()).namespace == "other")
        #expect(throws: XMLError(.badNamespacePrefix, at: 43)) { try parser.next() }
        parser.restart()
        parser.feed(Array(header.utf8))
        #expect(try parser.next() != nil)
    }

    @Test func `white space after a request isn't injected data`() throws {
        var parser = XMLStreamParser()
        parser.feed(Array((header + starttls + "\r\n ").utf8))
        _ = try parser.next()
        _ = try parser.next()
        #expect(parser.bufferedByteCount == 0)
        parser.feed(Array(" <".utf8))
        #expect(parser.bufferedByteCount == 1)
    }

    @Test func `a raw span can be fed`() throws {
        var parser = XMLStreamParser()
        let bytes = Array(header.utf8)
        unsafe parser.feed(bytes.span.bytes)
        #expect(try parser.next() != nil)
    }

    @Test func `a header is read back as it was written`() throws {
        let header = StreamHeader(
            to: "a'b&<", from: "c.example", id: "\u{9}é", version: "1.0", lang: "en")
        var parser = XMLStreamParser()
        parser.feed(header.serialized)
        guard case .opened(let read) = try parser.next() else {
            Issue.record("no header")
            return
        }
        #expect(read == header)
    }

    @Test func `an idle parser keeps little`() throws {
        var parser = XMLStreamParser()
        parser.feed(Array((header + "<a>" + String(repeating: "<b c='d'/>", count: 20_000) + "</a>").utf8))
        _ = try parser.next()
        let large = try element(try parser.next())
        #expect(try parser.next() == nil)
        #expect(parser.retainedByteCount < 8192)
        #expect(large.children.reduce(0) { count, _ in count + 1 } == 20_000)
    }

    @Test func `stanzas outlive the parser and the header they came under`() throws {
        let stanza: Element
        do {
            var parser = XMLStreamParser()
            parser.feed(Array((header + "<stream:error><a/></stream:error>").utf8))
            _ = try parser.next()
            stanza = try element(try parser.next())
            parser.restart()
        }
        #expect(stanza.isIn("http://etherx.jabber.org/streams"))
        #expect(stanza.first(QName("jabber:client", "a")) != nil)
    }
}
