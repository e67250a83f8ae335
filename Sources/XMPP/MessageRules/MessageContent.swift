package import Wire

/// What the server needs to know of a message's payload, read in one pass.
package struct MessageContent: Hashable, Sendable {
    package struct Traits: OptionSet, Hashable, Sendable {
        package let rawValue: UInt32

        package init(rawValue: UInt32) { self.rawValue = rawValue }

        package static let body = Traits(rawValue: 1 << 0)
        package static let subject = Traits(rawValue: 1 << 1)
        package static let encrypted = Traits(rawValue: 1 << 2)
        /// XEP-0085.
        package static let chatState = Traits(rawValue: 1 << 3)
        /// XEP-0184: asks for a receipt, is one.
        package static let receiptRequest = Traits(rawValue: 1 << 4)
        package static let receipt = Traits(rawValue: 1 << 5)
        /// XEP-0333: asks for a marker, is one.
        package static let markable = Traits(rawValue: 1 << 6)
        package static let marker = Traits(rawValue: 1 << 7)
        /// XEP-0334, and XEP-0280's `<private/>`.
        package static let noStore = Traits(rawValue: 1 << 8)
        package static let noPermanentStore = Traits(rawValue: 1 << 9)
        package static let store = Traits(rawValue: 1 << 10)
        package static let noCopy = Traits(rawValue: 1 << 11)
        package static let isPrivate = Traits(rawValue: 1 << 12)
        /// XEP-0249, or XEP-0045's mediated kind.
        package static let invitation = Traits(rawValue: 1 << 13)
        /// XEP-0045's `<x/>`, which marks what comes from a room.
        package static let room = Traits(rawValue: 1 << 14)
        /// Something people see without a body: XEP-0444 reactions, XEP-0424 retractions, XEP-0066 links, XEP-0447 files.
        package static let conversational = Traits(rawValue: 1 << 15)
    }

    package private(set) var traits: Traits = []
    /// The id of the message that a receipt or marker is about.
    package private(set) var acknowledgedID: String?
    /// Which marker it is.
    package private(set) var marker: Marker?
    /// The sender's own id (XEP-0359 §3.2).
    package private(set) var originID: String?

    /// XEP-0333's three markers.
    package enum Marker: String, Hashable, Sendable {
        case received, displayed, acknowledged
    }

    /// Of a message of our own, whose parts are known.
    package init(traits: Traits) {
        self.traits = traits
    }

    package init(_ message: Element) {
        for child in message.children { read(child) }
    }

    /// Whether a message would be unreadable, or give away a secret, on a network that can't carry it as it is.
    ///
    /// True of anything that says so (XEP-0380), of every known encryption, of any element called `encrypted`, and of
    /// an OTR body. Such a message never leaves in clear.
    package var isEncrypted: Bool { traits.contains(.encrypted) }

    /// The text to show: the body without a language, else the first.
    package static func body(of message: Element) -> String? {
        var first: Element?
        for child in message.children where child.matches(bodyName) {
            if child.language == nil { return child.text }
            if first == nil { first = child }
        }
        return first?.text
    }

    static let bodyName = QName(Namespace.client, "body")
}

// MARK: - Reading

extension MessageContent {
    private mutating func read(_ child: Element) {
        if child.isIn(Namespace.client) {
            readPlain(child)
        } else if child.isIn(Namespace.hints) {
            readHint(child)
        } else if child.isIn(Namespace.receipts) {
            readReceipt(child)
        } else if child.isIn(Namespace.chatMarkers) {
            readMarker(child)
        } else if child.isIn(Namespace.chatStates) {
            traits.insert(.chatState)
        } else if child.matches(QName(Namespace.carbons, "private")) {
            traits.insert(.isPrivate)
        } else if child.matches(QName(Namespace.stanzaIDs, "origin-id")) {
            originID = originID ?? child["id"]
        } else if child.matches(QName("jabber:x:conference", "x")) {
            traits.insert(.invitation)
        } else if child.matches(QName(Namespace.mucUser, "x")) {
            traits.insert(child.first(QName(Namespace.mucUser, "invite")) == nil ? .room : [.room, .invitation])
        } else if Self.isEncryption(child) {
            traits.insert(.encrypted)
        } else if Self.isConversational(child) {
            traits.insert(.conversational)
        }
    }

    private mutating func readPlain(_ child: Element) {
        if child.matches(Self.bodyName) {
            traits.insert(.body)
            if child.text.trimmingXMLSpace.hasPrefix("?OTR") { traits.insert(.encrypted) }
        } else if child.matches(QName(Namespace.client, "subject")) {
            traits.insert(.subject)
        }
    }

    private mutating func readHint(_ child: Element) {
        if child.matches(QName(Namespace.hints, "no-store")) {
            traits.insert(.noStore)
        } else if child.matches(QName(Namespace.hints, "no-permanent-store")) {
            traits.insert(.noPermanentStore)
        } else if child.matches(QName(Namespace.hints, "store")) {
            traits.insert(.store)
        } else if child.matches(QName(Namespace.hints, "no-copy")) {
            traits.insert(.noCopy)
        }
    }

    private mutating func readReceipt(_ child: Element) {
        if child.matches(QName(Namespace.receipts, "request")) {
            traits.insert(.receiptRequest)
        } else if child.matches(QName(Namespace.receipts, "received")), let id = child["id"] {
            traits.insert(.receipt)
            acknowledgedID = acknowledgedID ?? id
        }
    }

    private mutating func readMarker(_ child: Element) {
        if child.matches(QName(Namespace.chatMarkers, "markable")) {
            traits.insert(.markable)
        } else if let marker = Marker(rawValue: child.name), let id = child["id"] {
            traits.insert(.marker)
            self.marker = marker
            acknowledgedID = acknowledgedID ?? id
        }
    }

    private static func isEncryption(_ child: Element) -> Bool {
        child.isIn(Namespace.encryption)
            || child.isIn("eu.siacs.conversations.axolotl") || child.isIn("urn:xmpp:omemo:2")
            || child.isIn("urn:xmpp:omemo:1")
            || child.isIn("jabber:x:encrypted") || child.isIn("urn:xmpp:openpgp:0")
            || child.isIn("urn:xmpp:sce:1") || child.isIn("urn:xmpp:sce:0")
            || child.isIn("http://www.xmpp.org/extensions/xep-0200.html#ns")
            || child.isNamed("encrypted")
    }

    private static func isConversational(_ child: Element) -> Bool {
        child.matches(QName("urn:xmpp:reactions:0", "reactions"))
            || child.matches(QName("urn:xmpp:message-retract:1", "retract"))
            || child.matches(QName("urn:xmpp:message-retract:0", "retract"))
            || child.matches(QName("urn:xmpp:fasten:0", "apply-to"))
            || child.matches(QName("jabber:x:oob", "x"))
            || child.matches(QName("urn:xmpp:sfs:0", "file-sharing"))
            || child.matches(QName("urn:xmpp:sfs:0", "sources"))
    }
}
