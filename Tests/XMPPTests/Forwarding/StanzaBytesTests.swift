import Testing
import Wire

@testable import XMPP

@Suite struct StanzaBytesTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let stanza: String
        let selfContained: String
        let withChild: String
        var testDescription: String { stanza }
    }

    static let rows = [
        Row(
            stanza: "<message/>", selfContained: "<message xmlns='jabber:client'/>",
            withChild: "<message><c/></message>"),
        Row(
            stanza: "<message id='1'/>", selfContained: "<message xmlns='jabber:client' id='1'/>",
            withChild: "<message id='1'><c/></message>"),
        Row(
            stanza: "<message id='/>'><body>x</body></message>",
            selfContained: "<message xmlns='jabber:client' id='/>'><body>x</body></message>",
            withChild: "<message id='/>'><body>x</body><c/></message>"),
        Row(
            stanza: "<message id=\" xmlns='x'\"><a xmlns='y'/></message >",
            selfContained: "<message xmlns='jabber:client' id=\" xmlns='x'\"><a xmlns='y'/></message >",
            withChild: "<message id=\" xmlns='x'\"><a xmlns='y'/><c/></message >"),
        Row(
            stanza: "<message\n\txmlns = 'jabber:client' id='1'></message>",
            selfContained: "<message\n\txmlns = 'jabber:client' id='1'></message>",
            withChild: "<message\n\txmlns = 'jabber:client' id='1'><c/></message>"),
        Row(
            stanza: "<message xmlnsx='jabber:client' xmlns:a='b'/>",
            selfContained: "<message xmlns='jabber:client' xmlnsx='jabber:client' xmlns:a='b'/>",
            withChild: "<message xmlnsx='jabber:client' xmlns:a='b'><c/></message>")
    ]

    @Test(arguments: rows) func `changes the root alone`(_ row: Row) {
        #expect(text(StanzaBytes.selfContained(Array(row.stanza.utf8))) == row.selfContained)
        #expect(text(StanzaBytes.adding(Array("<c/>".utf8), to: Array(row.stanza.utf8))) == row.withChild)
        #expect(text(StanzaBytes.adding([], to: Array(row.stanza.utf8))) == row.stanza)
    }

    @Test(arguments: ["", "<", "message", "<message", "<message id='>"])
    func `leaves alone what is no element`(_ bytes: String) {
        #expect(text(StanzaBytes.selfContained(Array(bytes.utf8))) == bytes)
        #expect(text(StanzaBytes.adding(Array("<c/>".utf8), to: Array(bytes.utf8))) == bytes)
    }

    @Test func `a forwarded stanza means the same inside`() throws {
        let message = try stanza("<message type='chat' id='m1'><body>Hi</body><x xmlns='urn:x'><y/></x></message>")
        let bytes = message.forwarded(from: try address("a@b.c/d"), to: try address("e@f.g"))
        let forwarded = try reread {
            Forwarded.write(bytes, delay: Delay(Timestamp(milliseconds: 0)), into: &$0)
        }
        #expect(forwarded.namespace == "urn:xmpp:forward:0")
        let children = Array(forwarded.children)
        #expect(children.map(\.name) == ["delay", "message"])
        let inner = try Stanza(children[1])
        #expect(inner.from == (try address("a@b.c/d")))
        #expect(inner.type == .chat)
        #expect(Array(inner.element.children).map(\.namespace) == ["jabber:client", "urn:x"])
    }

    @Test func `a stanza-id is added, read, and refused without its parts`() throws {
        let id = StanzaID("a-1", by: try address("juliet@example.com"))
        let bytes = StanzaBytes.adding(id.bytes, to: Array("<message><body>Hi</body></message>".utf8))
        let message = try element(text(bytes))
        #expect(message.children.compactMap(StanzaID.init) == [id])
        #expect(StanzaID(try element("<stanza-id xmlns='urn:xmpp:sid:0' id='' by='a@b.c'/>")) == nil)
        #expect(StanzaID(try element("<stanza-id xmlns='urn:xmpp:sid:0' id='1'/>")) == nil)
        #expect(StanzaID(try element("<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='@'/>")) == nil)
        #expect(StanzaID(try element("<origin-id xmlns='urn:xmpp:sid:0' id='1' by='a@b.c'/>")) == nil)
    }
}
