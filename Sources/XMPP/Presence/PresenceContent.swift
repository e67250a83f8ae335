import Wire

/// The children of a `<presence/>`, ready to go out under any addresses: what a resource last said about itself
/// (RFC 6121 §4.2, §4.4), or what somebody said when asking for a subscription (§3.1.3).
package struct PresenceContent: Hashable, Sendable {
    /// Most bytes kept of one presence.
    package static let maximumLength = 16 * 1024

    /// Nothing said, as when a connection breaks.
    package static let empty = PresenceContent(stored: [])

    package let priority: Int8
    /// For the store: serialised under the default namespace `jabber:client`.
    package let bytes: [UInt8]

    /// Reads a presence stanza, available or unavailable. `bad-request` for a bad priority, `not-acceptable` if it is
    /// longer than what is kept.
    package init(_ presence: Stanza) throws(StanzaError) {
        priority = try Presence.priority(of: presence.element)
        bytes = Self.children(of: presence)
        guard bytes.count <= Self.maximumLength else {
            throw StanzaError(.notAcceptable, text: "A presence has at most \(Self.maximumLength) bytes here.")
        }
    }

    /// Keeps a subscription request's content, or none of it if it is too long.
    package init(request: Stanza) {
        let bytes = Self.children(of: request)
        self.init(stored: bytes.count <= Self.maximumLength ? bytes : [])
    }

    /// What was kept before.
    package init(stored bytes: [UInt8]) {
        priority = 0
        self.bytes = bytes
    }

    private static func children(of presence: Stanza) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        for child in presence.element.children { child.write(into: &writer) }
        return writer.finish()
    }

    /// The stanza as one recipient gets it, under the default namespace `jabber:client`.
    package func stanza(type: StanzaType = .available, from: JID, to: JID) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.client, "presence"))
        writer.attribute("from", from.description)
        writer.attribute("to", to.description)
        if type != .available { writer.attribute("type", type.rawValue) }
        if !bytes.isEmpty { writer.raw(bytes) }
        writer.end()
        return writer.finish()
    }
}
