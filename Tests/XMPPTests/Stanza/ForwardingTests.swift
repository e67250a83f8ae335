import Testing
import Wire

@testable import XMPP

@Suite struct ForwardingTests {
    private let sender = JID("a@x/1")
    private let recipient = JID("b@y")

    private func forwarded(
        _ xml: String, adding: String = "", owners: [JID] = [], removing: (Element) -> Bool = { _ in false }
    ) throws -> String {
        let stanza = try Stanza(Element(parsing: Array(xml.utf8)))
        let bytes = stanza.forwarded(
            from: sender, to: recipient, adding: Array(adding.utf8), droppingStanzaIDsBy: owners, removing: removing)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `addresses are rewritten and the rest is kept`() throws {
        #expect(
            try forwarded(
                "<message xmlns='jabber:client' type='chat' id='1' to='c@z' from='q@z' xml:lang='de' x='y'>\n"
                    + "<body>a &amp; b</body><x xmlns='u:1'><y/><z xmlns='jabber:client'/></x></message>")
                == "<message from='a@x/1' to='b@y' id='1' type='chat' xml:lang='de'>"
                + "<body>a &amp; b</body><x xmlns='u:1'><y/><z xmlns='jabber:client'/></x></message>")
    }

    @Test func `types that are the default aren't written`() throws {
        #expect(try forwarded("<message xmlns='jabber:client' type='normal'/>") == "<message from='a@x/1' to='b@y'/>")
        #expect(try forwarded("<presence xmlns='jabber:client'/>") == "<presence from='a@x/1' to='b@y'/>")
        #expect(
            try forwarded("<presence xmlns='jabber:client' type='probe'/>")
                == "<presence from='a@x/1' to='b@y' type='probe'/>")
    }

    @Test func `children are added and removed`() throws {
        #expect(
            try forwarded(
                "<message xmlns='jabber:client'><body>b</body><private xmlns='u:p'/></message>",
                adding: "<stanza-id xmlns='urn:xmpp:sid:0' by='b@y' id='7'/>",
                removing: { $0.matches(QName("u:p", "private")) })
                == "<message from='a@x/1' to='b@y'><body>b</body>"
                + "<stanza-id xmlns='urn:xmpp:sid:0' by='b@y' id='7'/></message>")
    }

    @Test(arguments: ["b@y", "B@Y", "b@y/r", "", "@"]) func `forged identifiers of ours are dropped`(_ by: String)
        throws
    {
        #expect(
            try forwarded(
                "<message xmlns='jabber:client'><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='\(by)'/>"
                    + "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='room@z'/>"
                    + "<origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>",
                owners: [JID(parsing: "b@y")])
                == "<message from='a@x/1' to='b@y'><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='room@z'/>"
                + "<origin-id xmlns='urn:xmpp:sid:0' id='1'/></message>")
    }

    @Test func `an IQ keeps what it holds, whatever that is`() throws {
        #expect(
            try forwarded(
                "<iq xmlns='jabber:client' type='set' id='1'><stanza-id xmlns='urn:xmpp:sid:0'/></iq>",
                owners: [JID(parsing: "b@y")])
                == "<iq from='a@x/1' to='b@y' id='1' type='set'><stanza-id xmlns='urn:xmpp:sid:0'/></iq>")
    }

    @Test func `prefixes declared further out come along`() throws {
        let text = try forwarded(
            "<message xmlns='jabber:client' xmlns:p='u:p'><p:a p:b='1'><p:c/></p:a><body>x</body></message>")
        let element = try Element(parsing: Array("<s xmlns='jabber:client'>\(text)</s>".utf8))
        let message = try #require(element.first(QName(Namespace.client, "message")))
        let child = try #require(message.first(QName("u:p", "a")))
        #expect(child.attributes.map { "\($0.namespace) \($0.name) \($0.value)" } == ["u:p b 1"])
        #expect(child.first(QName("u:p", "c")) != nil)
        #expect(message.first(QName(Namespace.client, "body"))?.text == "x")
    }
}
