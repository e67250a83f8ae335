import Testing

@testable import XMPP

@Suite struct BlockingTests {
    static func list(_ addresses: String...) throws -> Blocklist {
        Blocklist(try addresses.map { try address($0) })
    }

    struct Match: Sendable, CustomTestStringConvertible {
        let blocked: String
        let address: String
        let isBlocked: Bool
        var testDescription: String { "\(blocked) \(isBlocked ? "stops" : "lets pass") \(address)" }
    }

    static let matches = [
        Match(blocked: "a@b.c/r", address: "a@b.c/r", isBlocked: true),
        Match(blocked: "a@b.c/r", address: "a@b.c/s", isBlocked: false),
        Match(blocked: "a@b.c/r", address: "a@b.c", isBlocked: false),
        Match(blocked: "a@b.c", address: "a@b.c", isBlocked: true),
        Match(blocked: "a@b.c", address: "a@b.c/r", isBlocked: true),
        Match(blocked: "a@b.c", address: "d@b.c", isBlocked: false),
        Match(blocked: "a@b.c", address: "b.c", isBlocked: false),
        Match(blocked: "b.c/r", address: "b.c/r", isBlocked: true),
        Match(blocked: "b.c/r", address: "b.c", isBlocked: false),
        Match(blocked: "b.c/r", address: "b.c/s", isBlocked: false),
        Match(blocked: "b.c", address: "b.c", isBlocked: true),
        Match(blocked: "b.c", address: "b.c/r", isBlocked: true),
        Match(blocked: "b.c", address: "a@b.c", isBlocked: true),
        Match(blocked: "b.c", address: "a@b.c/r", isBlocked: true),
        Match(blocked: "b.c", address: "a@x.b.c", isBlocked: false)
    ]

    @Test(arguments: matches) func `XEP-0191 §5`(_ row: Match) throws {
        #expect(try Self.list(row.blocked).blocks(address(row.address)) == row.isBlocked)
        #expect(try !Blocklist().blocks(address(row.address)))
    }

    @Test func `blocks, unblocks some, unblocks all`() throws {
        var list = try Self.list("a@b.c")
        try list.block([address("d@e.f"), address("a@b.c")])
        #expect(list.addresses.count == 2)
        #expect(list.unblock([try address("a@b.c"), try address("nobody@e.f")]) == [try address("a@b.c")])
        #expect(
            written(list.write)
                == "<blocklist xmlns='urn:xmpp:blocking'><item jid='d@e.f'/></blocklist>")
        #expect(list.unblock([]) == [try address("d@e.f")])
        #expect(written(list.write) == "<blocklist xmlns='urn:xmpp:blocking'/>")
    }

    @Test func `a full list takes no more`() throws {
        var list = Blocklist(try (0..<Blocklist.maximumCount).map { try address("\($0)@b.c") })
        #expect(refusal { try list.block([address("more@b.c")]) } == .resourceConstraint)
        try list.block([address("7@b.c")])
        #expect(list.addresses.count == Blocklist.maximumCount)
    }

    @Test func `reads requests`() throws {
        let owner = try address("me@b.c/desk")
        let block = try BlockingRequest(
            set: element("<block xmlns='urn:xmpp:blocking'><item jid='a@b.c'/><item jid='e.f'/></block>"), owner: owner)
        #expect(block == .block([try address("a@b.c"), try address("e.f")]))
        let unblock = try BlockingRequest(set: element("<unblock xmlns='urn:xmpp:blocking'/>"), owner: owner)
        #expect(unblock == .unblock([]))
    }

    @Test(arguments: [
        ("<block xmlns='urn:xmpp:blocking'/>", StanzaError.Condition.badRequest),
        ("<block xmlns='urn:xmpp:blocking'><item/></block>", .badRequest),
        ("<block xmlns='urn:xmpp:blocking'><other jid='a@b.c'/></block>", .badRequest),
        ("<block xmlns='urn:xmpp:blocking'><item jid='a@'/></block>", .jidMalformed),
        ("<block xmlns='urn:xmpp:blocking'><item jid='me@b.c'/></block>", .notAllowed),
        ("<unblock xmlns='urn:xmpp:blocking'><item jid='@'/></unblock>", .jidMalformed),
        ("<blocklist xmlns='urn:xmpp:blocking'/>", .badRequest)
    ])
    func `refuses`(xml: String, condition: StanzaError.Condition) throws {
        let owner = try address("me@b.c/desk")
        #expect(refusal { _ = try BlockingRequest(set: element(xml), owner: owner) } == condition)
    }

    @Test func `pushes say what changed`() throws {
        #expect(
            written(BlockingPush.blocked([try address("a@b.c")]).write)
                == "<block xmlns='urn:xmpp:blocking'><item jid='a@b.c'/></block>")
        #expect(written(BlockingPush.unblocked([]).write) == "<unblock xmlns='urn:xmpp:blocking'/>")
    }

    @Test func `a blocked sender finds nobody in`() {
        let bounced = BlockingRules.Outcome.bounce(.serviceUnavailable)
        #expect(BlockingRules.inbound(kind: .message, type: .chat) == bounced)
        #expect(BlockingRules.inbound(kind: .message, type: .error) == .drop)
        #expect(BlockingRules.inbound(kind: .iq, type: .get) == bounced)
        #expect(BlockingRules.inbound(kind: .iq, type: .set) == bounced)
        #expect(BlockingRules.inbound(kind: .iq, type: .result) == .drop)
        #expect(BlockingRules.inbound(kind: .iq, type: .error) == .drop)
        #expect(BlockingRules.inbound(kind: .presence, type: .probe) == .drop)
        #expect(BlockingRules.inbound(kind: .presence, type: .subscribe) == .drop)
    }

    @Test func `one's own stanza to a blocked address is answered with the reason`() throws {
        let message = try stanza("<message from='me@b.c/desk' to='a@b.c' id='1'><body>x</body></message>")
        let answer = try #require(message.error(BlockingRules.outbound))
        #expect(text(answer).contains("<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"))
        #expect(text(answer).contains("<blocked xmlns='urn:xmpp:blocking:errors'/>"))
        #expect(text(answer).contains("type='cancel'"))
    }
}
