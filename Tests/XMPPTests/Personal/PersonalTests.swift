import Testing

@testable import XMPP

@Suite struct PersonalTests {
    @Test func `a card comes back as it was`() throws {
        let xml = "<vCard xmlns='vcard-temp'><FN>Ω &amp; co</FN><x:y xmlns:x='urn:x'/></vCard>"
        let card = try OpaquePayload(element(xml))
        #expect(written { VCard.write(card, into: &$0) } == xml)
        #expect(written { VCard.write(OpaquePayload(stored: card.bytes), into: &$0) } == xml)
        #expect(written { VCard.write(nil, into: &$0) } == "<vCard xmlns='vcard-temp'/>")
    }

    @Test func `what is too long isn't kept`() throws {
        let photo = String(repeating: "A", count: OpaquePayload.maximumLength)
        #expect(
            refusal { _ = try OpaquePayload(element("<vCard xmlns='vcard-temp'>\(photo)</vCard>")) } == .notAcceptable)
    }

    @Test func `a private note lies under its element's name`() throws {
        let note = try element("<storage xmlns='storage:bookmarks'><conference jid='r@x.y'/></storage>")
        let key = try PrivateKey(note)
        #expect(key.namespace == "storage:bookmarks" && key.name == "storage")
        #expect(
            written { key.write(nil, into: &$0) }
                == "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>")
        let stored = try OpaquePayload(note)
        #expect(
            written { key.write(stored, into: &$0) }
                == "<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'><conference jid='r@x.y'/>"
                + "</storage></query>")
    }

    @Test(arguments: ["jabber:iq:roster", "jabber:client", "http://jabber.org/protocol/pubsub", "vcard-temp"])
    func `reserved names aren't kept`(_ namespace: String) {
        #expect(refusal { _ = try PrivateKey(element("<x xmlns='\(namespace)'/>")) } == .notAcceptable)
    }
}
