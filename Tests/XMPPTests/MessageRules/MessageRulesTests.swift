import Testing

@testable import XMPP

/// RFC 6121 §8.5, as a table: who is here, what comes, where it goes.
@Suite struct MessageRulesTests {
    /// `desk=0 phone=-1 tablet` are resources with priorities; one without is connected and not available.
    static func resources(_ text: String, carbons: Set<String> = []) throws -> Resources {
        var resources = Resources()
        for word in text.split(separator: " ") {
            let parts = word.split(separator: "=")
            let name = String(parts[0])
            resources.connect(name)
            resources.update(name) { $0.hasCarbons = carbons.contains(name) }
            guard parts.count == 2 else { continue }
            let presence = try stanza("<presence><priority>\(parts[1])</priority></presence>")
            _ = resources.broadcast(try PresenceContent(presence), from: name, roster: [])
        }
        return resources
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let here: String
        let resource: String?
        let type: StanzaType
        let outcome: MessageDelivery.Outcome

        init(_ here: String, _ type: StanzaType, to resource: String? = nil, _ outcome: MessageDelivery.Outcome) {
            self.here = here
            self.resource = resource
            self.type = type
            self.outcome = outcome
        }

        var testDescription: String { "\(type) to /\(resource ?? "") with \(here): \(outcome)" }
    }

    static let rows: [Row] = [
        // Nobody connected.
        Row("", .normal, .hold), Row("", .chat, .hold), Row("", .headline, .drop),
        Row("", .groupchat, .bounce(.serviceUnavailable)), Row("", .error, .drop),
        Row("", .normal, to: "gone", .hold), Row("", .chat, to: "gone", .hold),
        Row("", .headline, to: "gone", .drop), Row("", .groupchat, to: "gone", .bounce(.serviceUnavailable)),
        Row("", .error, to: "gone", .drop),
        // Connected, but not available.
        Row("desk", .chat, .hold), Row("desk", .headline, .drop), Row("desk", .chat, to: "desk", .deliver(["desk"])),
        // Negative priority only.
        Row("desk=-1", .normal, .hold), Row("desk=-1", .chat, .hold), Row("desk=-1", .headline, .drop),
        Row("desk=-1", .groupchat, .bounce(.serviceUnavailable)), Row("desk=-1", .error, .drop),
        Row("desk=-1", .normal, to: "desk", .deliver(["desk"])),
        Row("desk=-1", .chat, to: "desk", .deliver(["desk"])),
        Row("desk=-1", .headline, to: "desk", .deliver(["desk"])),
        Row("desk=-1", .groupchat, to: "desk", .deliver(["desk"])),
        Row("desk=-1", .error, to: "desk", .deliver(["desk"])),
        Row("desk=-1", .chat, to: "gone", .hold),
        // One that takes messages.
        Row("desk=0", .normal, .deliver(["desk"])), Row("desk=0", .chat, .deliver(["desk"])),
        Row("desk=0", .headline, .deliver(["desk"])), Row("desk=0", .groupchat, .bounce(.serviceUnavailable)),
        Row("desk=0", .error, .drop),
        Row("desk=0", .normal, to: "gone", .deliver(["desk"])), Row("desk=0", .chat, to: "gone", .deliver(["desk"])),
        Row("desk=0", .headline, to: "gone", .drop),
        Row("desk=0", .groupchat, to: "gone", .bounce(.serviceUnavailable)),
        Row("desk=0", .error, to: "gone", .drop),
        // Several.
        Row("desk=0 phone=5 car=-3 tv", .chat, .deliver(["desk", "phone"])),
        Row("desk=0 phone=5 car=-3 tv", .normal, .deliver(["desk", "phone"])),
        Row("desk=0 phone=5 car=-3 tv", .headline, .deliver(["desk", "phone"])),
        Row("desk=0 phone=5 car=-3 tv", .chat, to: "car", .deliver(["car"])),
        Row("desk=0 phone=5 car=-3 tv", .error, to: "tv", .deliver(["tv"]))
    ]

    static let body = "<message><body>Hi</body></message>"

    @Test(arguments: rows) func `goes where RFC 6121 says`(_ row: Row) throws {
        let delivery = MessageRules.delivery(
            type: row.type, resource: row.resource, content: MessageContent(try element(Self.body)),
            resources: try Self.resources(row.here))
        #expect(delivery.outcome == row.outcome)
        #expect(delivery.carbons.isEmpty)
    }

    @Test func `what can't be kept isn't held`() throws {
        let typing = MessageContent(
            try element("<message><composing xmlns='http://jabber.org/protocol/chatstates'/></message>"))
        let absent = try Self.resources("")
        #expect(
            MessageRules.delivery(type: .chat, resource: nil, content: typing, resources: absent).outcome == .drop)
        let here = try Self.resources("desk=0")
        #expect(
            MessageRules.delivery(type: .chat, resource: nil, content: typing, resources: here).outcome
                == .deliver(["desk"]))
    }

    @Test func `nobody of that name`() {
        let bounced = MessageDelivery.Outcome.bounce(.serviceUnavailable)
        #expect(MessageRules.deliveryToNobody(type: .normal).outcome == bounced)
        #expect(MessageRules.deliveryToNobody(type: .chat).outcome == bounced)
        #expect(MessageRules.deliveryToNobody(type: .groupchat).outcome == bounced)
        #expect(MessageRules.deliveryToNobody(type: .headline).outcome == .drop)
        #expect(MessageRules.deliveryToNobody(type: .error).outcome == .drop)
    }

    // MARK: Copies

    struct Copy: Sendable, CustomTestStringConvertible {
        let children: String
        let type: StanzaType
        let isSentCopied: Bool
        let isReceivedCopied: Bool

        init(_ type: StanzaType, _ children: String, sent: Bool, received: Bool) {
            self.children = children
            self.type = type
            isSentCopied = sent
            isReceivedCopied = received
        }

        var testDescription: String { "\(type): \(children)" }
    }

    static let body1 = "<body>x</body>"
    static let copies: [Copy] = [
        Copy(.chat, body1, sent: true, received: true),
        Copy(.chat, "", sent: true, received: true),
        Copy(.normal, body1, sent: true, received: true),
        Copy(.normal, "", sent: false, received: false),
        Copy(.normal, "<received xmlns='urn:xmpp:receipts' id='1'/>", sent: true, received: true),
        Copy(.normal, "<active xmlns='http://jabber.org/protocol/chatstates'/>", sent: true, received: true),
        Copy(.normal, "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>", sent: true, received: true),
        Copy(.error, body1, sent: true, received: true),
        Copy(.error, "<x xmlns='urn:x'/>", sent: false, received: false),
        Copy(.groupchat, body1, sent: false, received: false),
        Copy(.headline, body1, sent: false, received: false),
        Copy(.normal, "<x xmlns='jabber:x:conference' jid='room@x.y'/>", sent: true, received: true),
        Copy(
            .normal, "<x xmlns='http://jabber.org/protocol/muc#user'><invite from='a@b.c'/></x>", sent: true,
            received: true),
        Copy(.chat, body1 + "<x xmlns='http://jabber.org/protocol/muc#user'/>", sent: true, received: false),
        Copy(.chat, body1 + "<private xmlns='urn:xmpp:carbons:2'/>", sent: false, received: false),
        Copy(.chat, body1 + "<no-copy xmlns='urn:xmpp:hints'/>", sent: false, received: false),
        Copy(
            .normal, "<x xmlns='jabber:x:conference' jid='room@x.y'/><private xmlns='urn:xmpp:carbons:2'/>",
            sent: false, received: false)
    ]

    @Test(arguments: copies) func `XEP-0280 §6`(_ row: Copy) throws {
        let content = MessageContent(try element("<message>\(row.children)</message>"))
        #expect(content.isCopied(type: row.type, isSent: true) == row.isSentCopied)
        #expect(content.isCopied(type: row.type, isSent: false) == row.isReceivedCopied)
    }

    @Test func `received copies go to those who wanted them and didn't get the message`() throws {
        let content = MessageContent(try element(Self.body))
        let resources = try Self.resources("desk=0 phone=5 car=-3 tv", carbons: ["desk", "phone", "car", "tv"])
        let bare = MessageRules.delivery(type: .chat, resource: nil, content: content, resources: resources)
        #expect(bare.carbons == ["car", "tv"])
        let full = MessageRules.delivery(type: .chat, resource: "phone", content: content, resources: resources)
        #expect(full.outcome == .deliver(["phone"]))
        #expect(full.carbons == ["desk", "car", "tv"])
        let error = MessageRules.delivery(type: .error, resource: "phone", content: content, resources: resources)
        #expect(error.carbons == ["desk", "car", "tv"])
    }

    @Test func `who will get the held message gets no copy of it`() throws {
        let content = MessageContent(try element(Self.body))
        let resources = try Self.resources("car=-3 tv", carbons: ["car", "tv"])
        let delivery = MessageRules.delivery(type: .chat, resource: nil, content: content, resources: resources)
        #expect(delivery == MessageDelivery(.hold, carbons: ["car"]))
    }

    @Test func `sent copies go to the sender's others, never for a text to oneself`() throws {
        let content = MessageContent(try element(Self.body))
        let owner = try address("romeo@x.y")
        let resources = try Self.resources("desk=0 phone=5 car=-3 tv", carbons: ["desk", "phone", "tv"])
        #expect(
            content.sentCarbons(
                type: .chat, from: "desk", of: owner, to: try address("juliet@x.y/r"), resources: resources)
                == ["phone", "tv"])
        #expect(
            content.sentCarbons(
                type: .chat, from: "desk", of: owner, to: try address("romeo@x.y/phone"), resources: resources)
                == [])
    }
}
