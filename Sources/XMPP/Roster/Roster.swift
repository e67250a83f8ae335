package import Wire

/// The roster protocol's payloads as the server writes them (RFC 6121 §2).
package enum Roster {
    package static let queryName = QName(Namespace.roster, "query")

    /// Writes the answer to a roster get (§2.1.4): all listed items under the roster's version.
    package static func writeResult(_ items: some Sequence<RosterItem>, version: String, into writer: inout XMLWriter) {
        writer.start(queryName)
        writer.attribute("ver", version)
        for item in items where item.isListed { item.write(into: &writer) }
        writer.end()
    }
}

/// A change to one contact, sent to every interested resource of the account (RFC 6121 §2.1.6).
package enum RosterPush: Hashable, Sendable {
    case changed(RosterItem)
    case removed(JID)

    /// Writes the payload of the IQ set. `version` is the roster's version after the change (§2.6.3).
    package func write(version: String, into writer: inout XMLWriter) {
        writer.start(Roster.queryName)
        writer.attribute("ver", version)
        switch self {
        case .changed(let item): item.write(into: &writer)
        case .removed(let jid):
            writer.start(QName(Namespace.roster, "item"))
            writer.attribute("jid", jid.description)
            writer.attribute("subscription", "remove")
            writer.end()
        }
        writer.end()
    }
}
