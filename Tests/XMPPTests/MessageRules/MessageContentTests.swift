import Testing

@testable import XMPP

@Suite struct MessageContentTests {
    static func content(_ children: String) throws -> MessageContent {
        MessageContent(try element("<message>\(children)</message>"))
    }

    @Test(arguments: [
        "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:x'/>",
        "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>",
        "<encrypted xmlns='urn:xmpp:omemo:2'/>", "<encrypted xmlns='urn:xmpp:omemo:1'/>",
        "<encrypted xmlns='urn:xmpp:omemo:99'/>",
        "<x xmlns='jabber:x:encrypted'>abc</x>", "<openpgp xmlns='urn:xmpp:openpgp:0'>abc</openpgp>",
        "<body>?OTR:AAMC</body>", "<body>\n ?OTRv23?</body>", "<envelope xmlns='urn:xmpp:sce:1'/>",
        "<c xmlns='http://www.xmpp.org/extensions/xep-0200.html#ns'/>",
        "<body>I sent you an encrypted message</body><encrypted xmlns='urn:xmpp:omemo:2'/>"
    ])
    func `is encrypted`(_ children: String) throws {
        #expect(try Self.content(children).isEncrypted)
    }

    @Test(arguments: [
        "", "<body>OTR?</body>", "<body>about ?OTR</body>", "<x xmlns='jabber:x:signed'/>",
        "<subject>?OTR</subject>", "<request xmlns='urn:xmpp:receipts'/>",
        "<wrap xmlns='urn:x'><encrypted xmlns='urn:xmpp:omemo:2'/></wrap>"
    ])
    func `is readable`(_ children: String) throws {
        #expect(try !Self.content(children).isEncrypted)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let children: String
        let storage: MessageStorage
        var testDescription: String { "\(storage): \(children)" }

        init(_ storage: MessageStorage, _ children: String) {
            self.children = children
            self.storage = storage
        }
    }

    static let rows = [
        Row(.archive, "<body>x</body>"),
        Row(.archive, "<body/>"),
        Row(.archive, "<encrypted xmlns='urn:xmpp:omemo:2'/>"),
        Row(.archive, "<received xmlns='urn:xmpp:receipts' id='1'/>"),
        Row(.archive, "<displayed xmlns='urn:xmpp:chat-markers:0' id='1'/>"),
        Row(.archive, "<reactions xmlns='urn:xmpp:reactions:0' id='1'/>"),
        Row(.archive, "<retract xmlns='urn:xmpp:message-retract:1' id='1'/>"),
        Row(.archive, "<x xmlns='jabber:x:oob'><url>https://x.y</url></x>"),
        Row(.archive, "<file-sharing xmlns='urn:xmpp:sfs:0'/>"),
        Row(.archive, "<x xmlns='jabber:x:conference' jid='a@b.c'/>"),
        Row(.archive, "<x xmlns='urn:unknown'/><store xmlns='urn:xmpp:hints'/>"),
        Row(.never, ""),
        Row(.never, "<composing xmlns='http://jabber.org/protocol/chatstates'/>"),
        Row(.never, "<request xmlns='urn:xmpp:receipts'/>"),
        Row(.never, "<received xmlns='urn:xmpp:receipts'/>"),
        Row(.never, "<markable xmlns='urn:xmpp:chat-markers:0'/>"),
        Row(.never, "<displayed xmlns='urn:xmpp:chat-markers:0'/>"),
        Row(.never, "<subject>x</subject>"),
        Row(.never, "<x xmlns='urn:unknown'/>"),
        Row(.never, "<body xmlns='urn:unknown'>x</body>"),
        Row(.never, "<body>x</body><no-store xmlns='urn:xmpp:hints'/>"),
        Row(.never, "<body>x</body><store xmlns='urn:xmpp:hints'/><no-store xmlns='urn:xmpp:hints'/>"),
        Row(.delivery, "<body>x</body><no-permanent-store xmlns='urn:xmpp:hints'/>"),
        Row(.never, "<no-permanent-store xmlns='urn:xmpp:hints'/>")
    ]

    @Test(arguments: rows) func `may be kept`(_ row: Row) throws {
        let content = try Self.content(row.children)
        #expect(content.storage(type: .chat) == row.storage)
        #expect(content.storage(type: .normal) == row.storage)
        for type in [StanzaType.groupchat, .headline, .error] { #expect(content.storage(type: type) == .never) }
    }

    @Test func `receipts and markers name what they are about`() throws {
        let receipt = try Self.content("<received xmlns='urn:xmpp:receipts' id='m1'/>")
        #expect(receipt.acknowledgedID == "m1")
        #expect(receipt.traits == .receipt)
        #expect(receipt.marker == nil)
        for (name, marker) in [
            ("received", MessageContent.Marker.received), ("displayed", .displayed), ("acknowledged", .acknowledged)
        ] {
            let content = try Self.content("<\(name) xmlns='urn:xmpp:chat-markers:0' id='m2'/>")
            #expect(content.marker == marker)
            #expect(content.acknowledgedID == "m2")
        }
        let request = try Self.content(
            "<body>x</body><request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>")
        #expect(request.traits == [.body, .receiptRequest, .markable])
        #expect(request.acknowledgedID == nil)
    }

    @Test func `the first origin-id counts`() throws {
        let content = try Self.content(
            "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/><origin-id xmlns='urn:xmpp:sid:0' id='o2'/>")
        #expect(content.originID == "o1")
        #expect(try Self.content("<body>x</body>").originID == nil)
    }

    @Test func `the body without a language is the one to show`() throws {
        let message = try element("<message><body xml:lang='de'>Hallo</body><body>Hello &amp; bye</body></message>")
        #expect(MessageContent.body(of: message) == "Hello & bye")
        let german = try element("<message><body xml:lang='de'>Hallo</body><body xml:lang='fr'>Salut</body></message>")
        #expect(MessageContent.body(of: german) == "Hallo")
        #expect(MessageContent.body(of: try element("<message/>")) == nil)
    }
}
