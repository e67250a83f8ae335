import Testing
import Wire

@testable import XMPP

@Suite struct StanzaTests {
    static let good: [(String, Stanza.Kind, StanzaType)] = [
        ("<message xmlns='jabber:client'/>", .message, .normal),
        ("<message xmlns='jabber:client' type='normal'/>", .message, .normal),
        ("<message xmlns='jabber:client' type='chat'/>", .message, .chat),
        ("<message xmlns='jabber:client' type='groupchat'/>", .message, .groupchat),
        ("<message xmlns='jabber:client' type='headline'/>", .message, .headline),
        ("<message xmlns='jabber:client' type='error'/>", .message, .error),
        // RFC 6121 §5.2.2: what isn't known is normal.
        ("<message xmlns='jabber:client' type='postcard'/>", .message, .normal),
        ("<message xmlns='jabber:client' type='get'/>", .message, .normal),
        ("<presence xmlns='jabber:client'/>", .presence, .available),
        ("<presence xmlns='jabber:client' type='unavailable'/>", .presence, .unavailable),
        ("<presence xmlns='jabber:client' type='subscribe'/>", .presence, .subscribe),
        ("<presence xmlns='jabber:client' type='subscribed'/>", .presence, .subscribed),
        ("<presence xmlns='jabber:client' type='unsubscribe'/>", .presence, .unsubscribe),
        ("<presence xmlns='jabber:client' type='unsubscribed'/>", .presence, .unsubscribed),
        ("<presence xmlns='jabber:client' type='probe'/>", .presence, .probe),
        ("<presence xmlns='jabber:client' type='error'/>", .presence, .error),
        ("<iq xmlns='jabber:client' type='get' id='1'><x xmlns='y'/></iq>", .iq, .get),
        ("<iq xmlns='jabber:client' type='set' id='1'><x xmlns='y'/></iq>", .iq, .set),
        ("<iq xmlns='jabber:client' type='result' id='1'><x xmlns='y'/></iq>", .iq, .result),
        ("<iq xmlns='jabber:client' type='result' id='1'/>", .iq, .result),
        ("<iq xmlns='jabber:client' type='error' id='1'><x xmlns='y'/><error type='cancel'/></iq>", .iq, .error)
    ]

    @Test(arguments: good) func reads(_ xml: String, _ kind: Stanza.Kind, _ type: StanzaType) throws {
        let stanza = try Stanza(Element(parsing: Array(xml.utf8)))
        #expect(stanza.kind == kind)
        #expect(stanza.type == type)
    }

    static let bad: [(String, StanzaRefusal)] = [
        ("<query xmlns='jabber:client'/>", .stream(.unsupportedStanzaType)),
        ("<message xmlns='jabber:server'/>", .stream(.unsupportedStanzaType)),
        ("<message/>", .stream(.unsupportedStanzaType)),
        ("<message xmlns='jabber:client' from='@'/>", .stream(.invalidFrom)),
        ("<message xmlns='jabber:client' to='a@b@c'/>", .answer(StanzaError(.jidMalformed))),
        ("<message xmlns='jabber:client' to=''/>", .answer(StanzaError(.jidMalformed))),
        ("<message xmlns='jabber:client' type='error' to='a@b@c'/>", .silence),
        ("<presence xmlns='jabber:client' type='available'/>", .answer(StanzaError(.badRequest))),
        ("<presence xmlns='jabber:client' type='chat'/>", .answer(StanzaError(.badRequest))),
        ("<iq xmlns='jabber:client' id='1'><x xmlns='y'/></iq>", .answer(StanzaError(.badRequest))),
        ("<iq xmlns='jabber:client' id='1' type='chat'><x xmlns='y'/></iq>", .answer(StanzaError(.badRequest))),
        (
            "<iq xmlns='jabber:client' type='get'><x xmlns='y'/></iq>",
            .answer(StanzaError(.badRequest, text: "An IQ stanza needs an id."))
        ),
        (
            "<iq xmlns='jabber:client' type='set' id='1'/>",
            .answer(StanzaError(.badRequest, text: "An IQ request has exactly one child."))
        ),
        (
            "<iq xmlns='jabber:client' type='get' id='1'><x xmlns='y'/><x xmlns='y'/></iq>",
            .answer(StanzaError(.badRequest, text: "An IQ request has exactly one child."))
        ),
        ("<iq xmlns='jabber:client' type='result' id='1'><x xmlns='y'/><x xmlns='y'/></iq>", .silence),
        ("<iq xmlns='jabber:client' type='result'/>", .silence),
        ("<iq xmlns='jabber:client' type='error'/>", .silence)
    ]

    @Test(arguments: bad) func refuses(_ xml: String, _ refusal: StanzaRefusal) throws {
        let element = try Element(parsing: Array(xml.utf8))
        #expect(throws: refusal) { try Stanza(element) }
    }

    @Test func `reads addresses and the id`() throws {
        let xml = "<message xmlns='jabber:client' to='Juliet@X/b' from='romeo@x/a' id='&lt;1'/>"
        let stanza = try Stanza(Element(parsing: Array(xml.utf8)))
        #expect(stanza.to == JID("juliet@x/b"))
        #expect(stanza.from == JID("romeo@x/a"))
        #expect(stanza.id == "<1")
        #expect(stanza.payload == nil)
        #expect(try stanza.stamped(from: JID(parsing: "romeo@x/c")).from == JID("romeo@x/c"))
    }

    @Test func `a result answers its request`() throws {
        let xml =
            "<iq xmlns='jabber:client' type='get' id='7' to='x' from='romeo@x/a'><ping xmlns='urn:xmpp:ping'/></iq>"
        let request = try Stanza(Element(parsing: Array(xml.utf8)))
        #expect(
            String(decoding: request.result(), as: UTF8.self) == "<iq type='result' id='7' from='x' to='romeo@x/a'/>")
        let result = request.result(from: JID("y")) { $0.element(QName(Namespace.ping, "pong")) }
        #expect(
            String(decoding: result, as: UTF8.self)
                == "<iq type='result' id='7' from='y' to='romeo@x/a'><pong xmlns='urn:xmpp:ping'/></iq>")
    }
}
