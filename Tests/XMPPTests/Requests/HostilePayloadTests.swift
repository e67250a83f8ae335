import Testing
import Wire

@testable import XMPP

/// Whatever a peer writes is read or refused; nothing traps. Seeded, so that a failure comes back.
@Suite struct HostilePayloadTests {
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let names = [
        "query", "item", "group", "x", "field", "value", "set", "max", "before", "after", "index", "prefs", "always",
        "never", "jid", "block", "unblock", "blocklist", "enable", "disable", "vCard", "ping", "time", "metadata",
        "session", "body", "subject", "priority", "received", "displayed", "encrypted", "delay", "stanza-id",
        "origin-id", "private", "no-store", "store", "invite", "error", "forwarded"
    ]
    static let namespaces = [
        "jabber:client", "jabber:iq:roster", "jabber:x:data", "http://jabber.org/protocol/rsm", "urn:xmpp:mam:2",
        "urn:xmpp:blocking", "urn:xmpp:carbons:2", "vcard-temp", "jabber:iq:private", "urn:xmpp:ping",
        "urn:xmpp:receipts", "urn:xmpp:chat-markers:0", "urn:xmpp:hints", "urn:xmpp:sid:0", "urn:xmpp:delay",
        "http://jabber.org/protocol/disco#info", "urn:ietf:params:xml:ns:xmpp-session", "urn:x", ""
    ]
    static let attributes = [
        "jid", "name", "subscription", "type", "var", "id", "by", "stamp", "ver", "node", "default"
    ]
    static let texts = [
        "", " ", "a@b.c", "a@b.c/d", "@", "/", "b.c", "-1", "0", "128", "99999999999999999999999", "?OTR", "submit",
        "urn:xmpp:mam:2", "FORM_TYPE", "with", "start", "ids", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59",
        "é\u{301}", "\u{202E}", "remove", "both", "&amp;", "true"
    ]

    static func xml(_ generator: inout Generator, depth: Int) -> String {
        let name = names.randomElement(using: &generator) ?? ""
        var xml = "<" + name
        if Bool.random(using: &generator) {
            xml += " xmlns='\(namespaces.randomElement(using: &generator) ?? "")'"
        }
        for attribute in attributes where Int.random(in: 0..<6, using: &generator) == 0 {
            xml += " \(attribute)='\(texts.randomElement(using: &generator) ?? "")'"
        }
        xml += ">"
        if depth > 0 {
            for _ in 0..<Int.random(in: 0..<4, using: &generator) { xml += Self.xml(&generator, depth: depth - 1) }
        } else {
            xml += texts.randomElement(using: &generator) ?? ""
        }
        return xml + "</\(name)>"
    }

    /// Every reader of this room that takes an element.
    static func readEverything(_ element: Element, owner: JID) {
        _ = try? RosterRequest(get: element)
        _ = try? RosterRequest(set: element, owner: owner)
        _ = try? DataForm(parsing: element)
        _ = try? ResultSetRequest(parsing: element)
        _ = try? ArchiveQuery(parsing: element)
        _ = try? ArchivePreferences(parsing: element)
        _ = try? BlockingRequest(set: element, owner: owner)
        _ = try? OpaquePayload(element)
        _ = try? PrivateKey(element)
        _ = try? Presence.priority(of: element)
        _ = Delay(element)
        _ = StanzaID(element)
        _ = MessageContent(element).storage(type: .chat)
        _ = MessageContent.body(of: element)
    }

    static func readStanza(_ element: Element, owner: JID) {
        guard let stanza = try? Stanza(element) else { return }
        switch stanza.kind {
        case .iq: _ = try? IQRequest(stanza, owner: owner)
        case .presence: _ = try? PresenceRequest(stanza, owner: owner)
        case .message: break
        }
        let bytes = stanza.forwarded(from: owner, to: owner)
        #expect((try? Element(parsing: StanzaBytes.selfContained(bytes))) != nil)
        let child = StanzaID("1", by: owner).bytes
        #expect((try? Element(parsing: StanzaBytes.selfContained(StanzaBytes.adding(child, to: bytes)))) != nil)
    }

    @Test(arguments: 0..<8) func `no payload traps`(seed: Int) throws {
        var generator = Generator(state: UInt64(seed))
        let owner = try address("me@b.c/desk")
        for _ in 0..<250 {
            let payload = Self.xml(&generator, depth: 3)
            guard let read = try? element(payload) else { continue }
            Self.readEverything(read, owner: owner)
            for child in read.children { Self.readEverything(child, owner: owner) }
            let to = ["", " to='b.c'", " to='me@b.c'", " to='a@b.c'", " to='a@b.c/d'"].randomElement(using: &generator)
            for stanza in [
                "<iq type='get' id='1'\(to ?? "")>\(payload)</iq>", "<iq type='set' id='1'\(to ?? "")>\(payload)</iq>",
                "<presence\(to ?? "")>\(payload)</presence>", "<message\(to ?? "")>\(payload)</message>"
            ] {
                guard let read = try? element(stanza) else { continue }
                Self.readStanza(read, owner: owner)
            }
        }
    }

    @Test(arguments: 0..<4) func `no bytes trap`(seed: Int) {
        var generator = Generator(state: UInt64(seed))
        let alphabet = Array("<>/='\" \n\txmlnsmessageTZ:+-.0123456789".utf8)
        for _ in 0..<5000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            _ = Timestamp(parsing: text(bytes))
            _ = StanzaBytes.selfContained(bytes)
            _ = StanzaBytes.adding([0x2E], to: bytes)
        }
    }
}
