package import Wire

/// What software answers (XEP-0092). It doesn't say on which system it runs.
package struct SoftwareVersion: Hashable, Sendable {
    package var name: String
    package var version: String

    package init(name: String = "Hoopoe", version: String) {
        self.name = name
        self.version = version
    }

    /// Writes the payload of the IQ result.
    package func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.version, "query"))
        writer.element(QName(Namespace.version, "name"), text: name)
        writer.element(QName(Namespace.version, "version"), text: version)
        writer.end()
    }
}

/// What time it is here (XEP-0202): always told in UTC.
package enum EntityTime {
    /// Writes the payload of the IQ result.
    package static func write(now: Timestamp, into writer: inout XMLWriter) {
        writer.start(QName(Namespace.time, "time"))
        writer.element(QName(Namespace.time, "tzo"), text: "+00:00")
        writer.element(QName(Namespace.time, "utc"), text: now.description)
        writer.end()
    }
}

/// Whether the other side is still there (XEP-0199).
package enum Ping {
    /// A ping of the server's own, under the default namespace `jabber:client`. Any answer, an error too, counts.
    package static func bytes(id: String, from: JID, to: JID) -> [UInt8] {
        Stanza.iq(type: .get, id: id, from: from, to: to) { $0.element(QName(Namespace.ping, "ping")) }
    }
}
