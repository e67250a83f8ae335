import Wire

/// A copy of a message for another resource of the same person (XEP-0280 §7–8).
package enum Carbon: String, Hashable, Sendable {
    case received, sent

    /// Wraps a message.
    ///
    /// - Parameters:
    ///   - message: the message as its owner sees it, serialised under `jabber:client` or self-contained.
    ///   - owner: the person's address. The copy comes from the bare one: clients refuse any other (XEP-0280 §11).
    ///   - to: the full address of the resource that gets the copy.
    ///   - type: of the message inside.
    /// - Returns: a stanza under the default namespace `jabber:client`.
    package func bytes(of message: [UInt8], owner: JID, to: JID, type: StanzaType) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.client, "message"))
        writer.attribute("from", owner.bare.description)
        writer.attribute("to", to.description)
        if type != .normal { writer.attribute("type", type.rawValue) }
        switch self {
        case .received: writer.start(QName(Namespace.carbons, "received"))
        case .sent: writer.start(QName(Namespace.carbons, "sent"))
        }
        Forwarded.write(message, into: &writer)
        writer.end()
        writer.end()
        return writer.finish()
    }
}
