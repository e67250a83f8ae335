package import Wire

/// A stable id that somebody on the way gave to a stanza (XEP-0359 §3.1). Ours is the archive's id of the message.
///
/// Forged ones are left out when a stanza is forwarded; see `Stanza.forwarded`.
package struct StanzaID: Hashable, Sendable {
    package var id: String
    /// Who assigned it: for a message between two people, the bare address of the archive's owner.
    package var by: JID

    package init(_ id: String, by: JID) {
        self.id = id
        self.by = by
    }

    /// Reads `<stanza-id/>`; `nil` if an attribute is absent or unreadable.
    package init?(_ element: Element) {
        guard element.matches(QName(Namespace.stanzaIDs, "stanza-id")),
            let id = element["id"], !id.isEmpty, let by = element["by"].flatMap(JID.init)
        else { return nil }
        self.init(id, by: by)
    }

    package func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.stanzaIDs, "stanza-id"))
        writer.attribute("id", id)
        writer.attribute("by", by.description)
        writer.end()
    }

    /// The element as a child to add to a stanza (see ``StanzaBytes/adding(_:to:)``).
    package var bytes: [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        write(into: &writer)
        return writer.finish()
    }
}
