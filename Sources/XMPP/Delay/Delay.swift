package import Wire

/// When a stanza really arrived, for those who get it later (XEP-0203).
package struct Delay: Hashable, Sendable {
    package var stamp: Timestamp
    /// Who held it back.
    package var from: JID?

    package init(_ stamp: Timestamp, from: JID? = nil) {
        self.stamp = stamp
        self.from = from
    }

    /// Reads `<delay/>`; `nil` without a readable stamp.
    package init?(_ element: Element) {
        guard element.matches(QName(Namespace.delay, "delay")),
            let stamp = element["stamp"].flatMap(Timestamp.init(parsing:))
        else { return nil }
        self.init(stamp, from: element["from"].flatMap(JID.init))
    }

    package func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.delay, "delay"))
        if let from { writer.attribute("from", from.description) }
        writer.attribute("stamp", stamp.description)
        writer.end()
    }

    /// The element as a child to add to a stanza (see ``StanzaBytes/adding(_:to:)``).
    package var bytes: [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        write(into: &writer)
        return writer.finish()
    }
}
