// SPDX-License-Identifier: Apache-2.0

import Store
import Testing
import Wire
import XMPP

@testable import Server

@Suite struct StoredMessageTests {
    private static let full = StoredMessage(
        from: "anna@example.org/phone", to: "ben@example.org", type: "chat", id: "a1", language: "de",
        content: Array("<body>Grüß dich</body>".utf8), senderAddress: "anna@example.org")

    static let rows = [
        full,
        StoredMessage(from: "", to: "", type: "", id: "", language: "", content: []),
        StoredMessage(
            from: "+4915112345678@example.org", to: "ben@example.org/\u{0}\u{1F426}\n", type: "normal", id: "<>&'\"",
            language: "x-\u{FFFD}", content: [0, 0xFF, 0xC0, 0x80], senderAddress: "anna@example.org"),
        StoredMessage(
            from: "a@b", to: "c@d", type: "chat", id: String(repeating: "i", count: 300), language: "",
            content: Array(repeating: 0x20, count: 70_000))
    ]

    // MARK: Encoded form

    @Test(arguments: rows) func `what was encoded is decoded`(message: StoredMessage) {
        #expect(StoredMessage(encoded: message.encoded) == message)
    }

    @Test func `what is cut anywhere is refused`() {
        let bytes = Self.full.encoded
        for length in 0..<bytes.count {
            #expect(StoredMessage(encoded: Array(bytes[..<length])) == nil, "cut to \(length) bytes")
        }
    }

    @Test func `what is longer than it says is refused`() {
        #expect(StoredMessage(encoded: Self.full.encoded + [0]) == nil)
    }

    @Test(arguments: [0, 2, 255] as [UInt8]) func `another version is refused`(version: UInt8) {
        var bytes = Self.full.encoded
        bytes[0] = version
        #expect(StoredMessage(encoded: bytes) == nil)
    }

    @Test func `a length beyond the end is refused`() {
        #expect(StoredMessage(encoded: [1, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
        #expect(StoredMessage(encoded: [1] + Array(repeating: 0xFF, count: 64)) == nil)
    }

    @Test func `any change of one byte is refused or reads as something else`() {
        let bytes = Self.full.encoded
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x01
            #expect(StoredMessage(encoded: changed) != Self.full, "byte \(index)")
        }
    }

    // MARK: Taking a stanza apart

    /// What is kept of a message's children, written by anna@example.org, when both sides' addresses and the
    /// domain are ours.
    @Test(
        arguments: [
            ("<body>hi</body>", "<body>hi</body>"),
            ("<body xml:lang='de'>&lt;b&gt; &amp; &quot;]]&gt;</body>", nil),
            ("<x xmlns='urn:x' a='&apos;&lt;'><y/></x>", nil),
            // Forged in our name: left out.
            ("<body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='ben@example.org'/>", "<body>hi</body>"),
            ("<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='BEN@Example.org/phone'/><body>hi</body>", "<body>hi</body>"),
            ("<body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='example.org'/>", "<body>hi</body>"),
            ("<body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='anna@example.org'/>", "<body>hi</body>"),
            ("<body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='@'/>", "<body>hi</body>"),
            ("<body>hi</body><stanza-id xmlns='urn:xmpp:sid:0' id='1'/>", "<body>hi</body>"),
            // Somebody else's, and the sender's own id: they stay.
            ("<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='room@elsewhere.example'/>", nil),
            ("<origin-id xmlns='urn:xmpp:sid:0' id='o1'/>", nil),
            ("<stanza-id xmlns='urn:other' id='1' by='ben@example.org'/>", nil)
        ] as [(String, String?)])
    func `children`(children: String, kept: String?) throws {
        let stanza = try Stanza(xml("<message to='ben@example.org' id='m1'>\(children)</message>"))
        let owners = [try jid("anna@example.org"), try jid("ben@example.org"), try jid("example.org")]
        let message = StoredMessage(stanza, from: try jid("anna@example.org/phone"), to: owners[1], owners: owners)
        let rendered = "<message xmlns='jabber:client'>\(String(decoding: message.content, as: UTF8.self))</message>"
        #expect(try xml(rendered).canonical == xml("<message>\(kept ?? children)</message>").canonical)
    }

    @Test(arguments: [
        ("<message/>", "", "", ""), ("<message type='normal' id='1'/>", "", "1", ""),
        ("<message type='chat'/>", "chat", "", ""), ("<message type='nonsense'/>", "", "", ""),
        ("<message type='headline' xml:lang='pt-BR' id='&lt;'/>", "headline", "<", "pt-BR")
    ])
    func `attributes`(stanza: String, type: String, id: String, language: String) throws {
        let from = try jid("anna@example.org/phone")
        let to = try jid("ben@example.org")
        let message = StoredMessage(try Stanza(xml(stanza)), from: from, to: to, owners: [])
        #expect(message.type == type)
        #expect(message.id == id)
        #expect(message.language == language)
        #expect(message.from == "anna@example.org/phone")
        #expect(message.to == "ben@example.org")
    }

    // MARK: Rendering

    private func rendered(_ message: StoredMessage, _ id: ArchiveID?, isDelayed: Bool = false) throws -> Element {
        try Element(
            parsing: message.bytes(archiveID: id, owner: jid("ben@example.org/phone"), isDelayed: isDelayed).inStream)
    }

    @Test func `an unstored message has no additions`() throws {
        let element = try rendered(Self.full, nil, isDelayed: true)
        #expect(element["from"] == "anna@example.org/phone")
        #expect(element["to"] == "ben@example.org")
        #expect(element["type"] == "chat")
        #expect(element["id"] == "a1")
        #expect(element.language == "de")
        #expect(element.children.map(\.name) == ["body"])
        #expect(MessageContent.body(of: element) == "Grüß dich")
    }

    @Test func `absent attributes stay absent`() throws {
        let message = StoredMessage(from: "a@b", to: "c@d", type: "", id: "", language: "", content: [])
        let element = try rendered(message, nil)
        #expect(element["type"] == nil)
        #expect(element["id"] == nil)
        #expect(element.language == nil)
    }

    @Test func `attributes are escaped`() throws {
        let id = "<&'\"\t\n>"
        let message = StoredMessage(
            from: "a@b/<&'\">", to: "c@d/]]>", type: "chat", id: id, language: "\"", content: [])
        let element = try rendered(message, nil)
        #expect(element["from"] == "a@b/<&'\">")
        #expect(element["to"] == "c@d/]]>")
        #expect(element["id"] == id)
        #expect(element.language == "\"")
    }

    @Test func `a stored message carries its archive id, by the owner's bare address`() throws {
        let id = ArchiveID(firstAt: 1_790_000_000_123)
        let element = try rendered(Self.full, id)
        let stanzaID = try #require(element.children.lazy.compactMap { StanzaID($0) }.first)
        #expect(stanzaID == StanzaID(id.text, by: try jid("ben@example.org")))
        #expect(element.children.allSatisfy { Delay($0) == nil })
    }

    @Test func `a held message says when it was stored`() throws {
        let element = try rendered(Self.full, ArchiveID(firstAt: 1_790_000_000_123), isDelayed: true)
        let delay = try #require(element.children.lazy.compactMap { Delay($0) }.first)
        #expect(delay == Delay(Timestamp(milliseconds: 1_790_000_000_123), from: try jid("example.org")))
    }

    // MARK: The other side

    @Test(arguments: [
        ("anna@example.org/phone", "ben@example.org/desk/2", "anna@example.org", "ben@example.org"),
        ("example.org", "ben@example.org", "example.org", "ben@example.org"),
        ("anna@example.org", "+4915112345678@example.org", "anna@example.org", "+4915112345678@example.org")
    ])
    func `correspondent`(from: String, to: String, ofRecipient: String, ofSender: String) {
        let message = StoredMessage(from: from, to: to, type: "", id: "", language: "", content: [])
        #expect(message.correspondent(isSender: false) == Array(ofRecipient.utf8))
        #expect(message.correspondent(isSender: true) == Array(ofSender.utf8))
    }
}

extension [UInt8] {
    /// A stanza cut out of its stream, with the stream's default namespace written on it.
    fileprivate var inStream: [UInt8] {
        let text = String(decoding: self, as: UTF8.self)
        guard let nameEnd = text.firstIndex(where: { " />".contains($0) }) else { return self }
        var whole = text
        whole.insert(contentsOf: " xmlns='jabber:client'", at: nameEnd)
        return Array(whole.utf8)
    }
}

extension Element {
    /// Its writing by our writer, which is the same for elements that mean the same.
    fileprivate var canonical: String {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        write(into: &writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }
}
