package import Wire

/// An answer to `disco#items` (XEP-0030 §4): entities that belong to the one that was asked.
package struct DiscoItems: Hashable, Sendable {
    package struct Item: Hashable, Sendable {
        package var jid: JID
        package var name: String?

        package init(_ jid: JID, name: String? = nil) {
            self.jid = jid
            self.name = name
        }
    }

    package var items: [Item]

    package init(_ items: [Item] = []) {
        self.items = items
    }

    /// Writes the payload of the IQ result. `node` repeats the request's.
    package func write(node: String? = nil, into writer: inout XMLWriter) {
        writer.start(QName(Namespace.discoItems, "query"))
        if let node { writer.attribute("node", node) }
        for item in items {
            writer.start(QName(Namespace.discoItems, "item"))
            writer.attribute("jid", item.jid.description)
            if let name = item.name { writer.attribute("name", name) }
            writer.end()
        }
        writer.end()
    }
}
