import Testing

@testable import XMPP

@Suite struct PresenceRequestTests {
    static func request(_ xml: String) throws -> PresenceRequest {
        try PresenceRequest(stanza(xml), owner: address("me@b.c/desk"))
    }

    @Test func `reads each`() throws {
        let content = try PresenceContent(stanza("<presence><priority>3</priority></presence>"))
        #expect(try Self.request("<presence><priority>3</priority></presence>") == .broadcast(content))
        #expect(try Self.request("<presence type='unavailable'/>") == .withdraw(.empty))
        let room = try address("room@x.y/nick")
        #expect(try Self.request("<presence to='room@x.y/nick'/>") == .direct(room, isAvailable: true))
        #expect(
            try Self.request("<presence to='room@x.y/nick' type='unavailable'/>")
                == .direct(room, isAvailable: false))
        #expect(try Self.request("<presence to='room@x.y/nick' type='probe'/>") == .probe(room))
        #expect(try Self.request("<presence to='room@x.y/nick' type='error'/>") == .route(room))
        #expect(try Self.request("<presence type='error'/>") == .nothing)
        for request in SubscriptionRequest.allCases {
            #expect(
                try Self.request("<presence to='a@b.c/r' type='\(request.rawValue)'/>")
                    == .subscription(request, address("a@b.c")))
        }
    }

    @Test(arguments: [
        ("<presence type='subscribe'/>", StanzaError.Condition.badRequest), ("<presence type='probe'/>", .badRequest),
        ("<presence><priority>x</priority></presence>", .badRequest),
        ("<presence type='subscribe' to='me@b.c'/>", .notAllowed),
        ("<presence type='unsubscribed' to='me@b.c/phone'/>", .notAllowed)
    ])
    func `refuses`(xml: String, condition: StanzaError.Condition) {
        #expect(refusal { _ = try Self.request(xml) } == condition)
    }

    @Test func `who gets presence that comes for the account`() throws {
        var resources = try ResourcesTests.connected("desk", "phone", "car", available: ["desk", "phone"])
        resources.update("phone") { $0.isInterested = true }
        resources.update("car") { $0.isInterested = true }
        #expect(resources.takers(ofPresence: .available, resource: nil) == ["desk", "phone"])
        #expect(resources.takers(ofPresence: .unavailable, resource: "phone") == ["phone"])
        #expect(resources.takers(ofPresence: .available, resource: "car") == [])
        #expect(resources.takers(ofPresence: .subscribe, resource: "gone") == ["desk", "phone"])
        #expect(resources.takers(ofPresence: .subscribed, resource: nil) == ["phone", "car"])
        #expect(resources.takers(ofPresence: .unsubscribe, resource: nil) == ["phone", "car"])
        #expect(resources.takers(ofPresence: .unsubscribed, resource: "desk") == ["phone", "car"])
    }
}
