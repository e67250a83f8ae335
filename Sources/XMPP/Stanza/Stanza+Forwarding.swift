package import Wire

extension Stanza {
    /// The stanza as it goes on to somebody else: other addresses, the same content.
    ///
    /// - Parameters:
    ///   - from: the sender that the recipient sees.
    ///   - to: the recipient.
    ///   - added: children to put last, already serialised under the default namespace `jabber:client`.
    ///   - owners: bare addresses of ours whose `<stanza-id by=…/>` a peer can't have written (XEP-0359 §6). Of messages
    ///     only: what an IQ holds is between the two who ask and answer, and without it would be none (RFC 6120 §8.2.3).
    ///   - isRemoved: further children to leave out.
    /// - Returns: bytes under the default namespace `jabber:client`.
    package func forwarded(
        from: JID?, to: JID?, adding added: [UInt8] = [], droppingStanzaIDsBy owners: [JID] = [],
        removing isRemoved: (Element) -> Bool = { _ in false }
    ) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(kind.name)
        if let from { writer.attribute("from", from.description) }
        if let to { writer.attribute("to", to.description) }
        if let id { writer.attribute("id", id) }
        if type != .available, type != .normal { writer.attribute("type", type.rawValue) }
        writer.attribute("xml:lang", ifPresent: element.language)
        for child in element.children {
            if kind == .message, child.isStanzaID(by: owners) { continue }
            if isRemoved(child) { continue }
            child.write(into: &writer)
        }
        if !added.isEmpty { writer.raw(added) }
        writer.end()
        return writer.finish()
    }
}

extension Element {
    /// Whether this is an XEP-0359 identifier that one of the given bare addresses is said to have assigned.
    package func isStanzaID(by owners: [JID]) -> Bool {
        guard matches(QName(Namespace.stanzaIDs, "stanza-id")) else { return false }
        guard let by = self["by"].flatMap(JID.init) else { return true }
        return owners.contains(by.bare)
    }
}
