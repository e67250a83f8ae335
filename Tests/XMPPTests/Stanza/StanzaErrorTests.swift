import Testing
import Wire

@testable import XMPP

@Suite struct StanzaErrorTests {
    private func stanza(_ xml: String) throws -> Stanza {
        try Stanza(Element(parsing: Array(xml.utf8)))
    }

    @Test(arguments: StanzaError.Condition.allCases) func `every condition comes back as written`(
        _ condition: StanzaError.Condition
    ) throws {
        let error = StanzaError(condition, text: "Nein & <nie>", by: JID("x"))
        let request = try stanza(
            "<message xmlns='jabber:client' to='b@x' from='a@x/1' id='9'><body>hi</body></message>")
        let bytes = try #require(request.error(error))
        let reply = try Element(parsing: under(bytes))
        #expect(StanzaError(in: reply) == error)
        #expect(reply["from"] == "b@x")
        #expect(reply["to"] == "a@x/1")
        #expect(reply["id"] == "9")
        #expect(reply["type"] == "error")
        #expect(reply.first(QName(Namespace.client, "body")) == nil)
    }

    /// Puts a stanza's bytes where its default namespace is in scope.
    private func under(_ bytes: [UInt8]) throws -> [UInt8] {
        let document = Array("<s xmlns='jabber:client'>".utf8) + bytes + Array("</s>".utf8)
        let child = try #require(try Element(parsing: document).children.first { _ in true })
        return child.serialized
    }

    @Test func `the bytes`() throws {
        let request = try stanza("<iq xmlns='jabber:client' type='get' id='1' from='a@x/1'><q xmlns='u:q'/></iq>")
        let error = StanzaError(.itemNotFound, text: "None.", application: QName("u:app", "closed"))
        #expect(
            request.error(error, from: JID("x"), isEchoing: true).map { String(decoding: $0, as: UTF8.self) }
                == "<iq type='error' id='1' from='x' to='a@x/1'><q xmlns='u:q'/><error type='cancel'>"
                + "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>None.</text>"
                + "<closed xmlns='u:app'/></error></iq>")
    }

    @Test(arguments: [
        "<message xmlns='jabber:client' type='error'/>", "<presence xmlns='jabber:client' type='error'/>",
        "<iq xmlns='jabber:client' type='error' id='1'/>", "<iq xmlns='jabber:client' type='result' id='1'/>"
    ]) func `answers aren't answered`(_ xml: String) throws {
        #expect(try stanza(xml).error(StanzaError(.badRequest)) == nil)
    }

    @Test func `reads errors of others`() throws {
        let unknown =
            "<message xmlns='jabber:client'><error type='odd'><strange xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
        #expect(StanzaError(in: try Element(parsing: Array(unknown.utf8))) == StanzaError(.undefinedCondition))
        let none = "<message xmlns='jabber:client'/>"
        #expect(StanzaError(in: try Element(parsing: Array(none.utf8))) == nil)
    }

    @Test func `the usual types`() {
        // RFC 6120 §8.3.3, one of each kind.
        #expect(StanzaError(.badRequest).kind == .modify)
        #expect(StanzaError(.forbidden).kind == .auth)
        #expect(StanzaError(.itemNotFound).kind == .cancel)
        #expect(StanzaError(.resourceConstraint).kind == .wait)
        #expect(StanzaError(.notAcceptable, kind: .cancel).kind == .cancel)
    }
}
