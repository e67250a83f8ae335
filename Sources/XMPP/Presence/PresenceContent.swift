import Wire

/// What a resource last said about its availability: the children of its `<presence/>`, ready to go out under any
/// addresses (RFC 6121 §4.2, §4.4).
package struct PresenceContent: Hashable, Sendable {
    package let priority: Int8
    /// Serialised under the default namespace `jabber:client`.
    private let children: [UInt8]

    /// Reads a presence stanza, available or unavailable. `bad-request` for a bad priority.
    package init(_ presence: Stanza) throws(StanzaError) {
        priority = try Presence.priority(of: presence.element)
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        for child in presence.element.children { child.write(into: &writer) }
        children = writer.finish()
    }

    /// The stanza as one recipient gets it, under the default namespace `jabber:client`.
    package func bytes(type: StanzaType = .available, from: JID, to: JID) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.client, "presence"))
        writer.attribute("from", from.description)
        writer.attribute("to", to.description)
        if type != .available { writer.attribute("type", type.rawValue) }
        writer.raw(children)
        writer.end()
        return writer.finish()
    }
}
