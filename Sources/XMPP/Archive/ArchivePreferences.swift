package import Wire

/// Whose messages an archive keeps (XEP-0441).
///
/// What this server keeps is decided by the person's consent, not by a client's form: every client is shown
/// ``fixed``, and a client that sets anything else is told `not-allowed`.
package struct ArchivePreferences: Hashable, Sendable {
    package enum Fallback: String, Hashable, Sendable {
        case always, never, roster
    }

    /// For addresses on neither list.
    package var fallback: Fallback
    package var always: [JID]
    package var never: [JID]

    /// Everything that is delivered through the server is answered from the archive while it is held.
    package static let fixed = ArchivePreferences(.always)

    /// Most addresses on one list.
    package static let maximumCount = 1000

    package init(_ fallback: Fallback, always: [JID] = [], never: [JID] = []) {
        self.fallback = fallback
        self.always = always
        self.never = never
    }

    /// Reads `<prefs/>`. `bad-request` for an unknown or absent default or too many addresses, `jid-malformed` for a
    /// bad address. An absent list is empty.
    package init(parsing prefs: Element) throws(StanzaError) {
        guard prefs.matches(Self.name), let fallback = prefs["default"].flatMap(Fallback.init(rawValue:)) else {
            throw StanzaError(.badRequest)
        }
        self.init(
            fallback, always: try Self.list(in: prefs.first(QName(Namespace.archive, "always"))),
            never: try Self.list(in: prefs.first(QName(Namespace.archive, "never"))))
    }

    package func write(into writer: inout XMLWriter) {
        writer.start(Self.name)
        writer.attribute("default", fallback.rawValue)
        Self.write(always, as: QName(Namespace.archive, "always"), into: &writer)
        Self.write(never, as: QName(Namespace.archive, "never"), into: &writer)
        writer.end()
    }

    static let name = QName(Namespace.archive, "prefs")

    private static func list(in element: Element?) throws(StanzaError) -> [JID] {
        guard let element else { return [] }
        var addresses: [JID] = []
        for child in element.children where child.matches(QName(Namespace.archive, "jid")) {
            guard addresses.count < maximumCount else { throw StanzaError(.badRequest) }
            guard let address = JID(child.text) else { throw StanzaError(.jidMalformed) }
            addresses.append(address)
        }
        return addresses
    }

    private static func write(_ addresses: [JID], as name: QName, into writer: inout XMLWriter) {
        writer.start(name)
        for address in addresses { writer.element(QName(Namespace.archive, "jid"), text: address.description) }
        writer.end()
    }
}
