import Testing

@testable import XMPP

@Suite struct CarbonTests {
    @Test func `a copy comes from the account and wraps the message`() throws {
        let message = Array("<message from='a@b.c/d' type='chat'><body>Hi</body></message>".utf8)
        let owner = try address("e@f.g/phone")
        let desk = try address("e@f.g/desk")
        #expect(
            text(Carbon.received.bytes(of: message, owner: owner, to: desk, type: .chat))
                == "<message from='e@f.g' to='e@f.g/desk' type='chat'><received xmlns='urn:xmpp:carbons:2'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' from='a@b.c/d' type='chat'>"
                + "<body>Hi</body></message></forwarded></received></message>")
        let sent = text(Carbon.sent.bytes(of: message, owner: owner, to: desk, type: .normal))
        #expect(sent.hasPrefix("<message from='e@f.g' to='e@f.g/desk'><sent xmlns='urn:xmpp:carbons:2'>"))
    }
}
