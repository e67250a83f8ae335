import Wire

/// The elements of stream management that we send (XEP-0198), in the default namespace `jabber:client`.
package enum StreamManagementElements {
    /// `<r/>`.
    package static let request = Array("<r xmlns='urn:xmpp:sm:3'/>".utf8)

    /// `<a/>`.
    package static func acknowledgement(_ handled: UInt32) -> [UInt8] {
        Array("<a xmlns='urn:xmpp:sm:3' h='\(handled)'/>".utf8)
    }

    /// `<enabled/>` (§3), resumable if there is an identifier to resume by.
    static func enabled(_ grant: StreamManagementGrant) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.streamManagement, "enabled"))
        if let id = grant.resumptionID {
            writer.attribute("id", id)
            writer.attribute("resume", "true")
            if let seconds = grant.maximumSeconds { writer.attribute("max", seconds) }
        }
        writer.end()
        return writer.finish()
    }

    /// `<resumed/>` (§5).
    static func resumed(previousID: String, handled: UInt32) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.streamManagement, "resumed"))
        writer.attribute("previd", previousID)
        writer.attribute("h", String(handled))
        writer.end()
        return writer.finish()
    }

    /// `<failed/>` (§3, §5), with what was handled if that is still known.
    static func failed(_ condition: StanzaError.Condition, handled: UInt32? = nil) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.streamManagement, "failed"))
        if let handled { writer.attribute("h", String(handled)) }
        writer.start(namespace: "\(Namespace.stanzaErrors)", local: condition.rawValue)
        return writer.finish()
    }

    /// Reads `h`: a decimal number below 2³².
    static func handledCount(_ element: Element) -> UInt32? {
        element["h"].flatMap { text in
            text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt32(text) : nil
        }
    }
}

/// What the caller grants to a client that enables stream management.
package struct StreamManagementGrant: Equatable, Sendable {
    /// The secret by which the stream can be resumed; nil if it can't.
    package var resumptionID: String?
    /// How long the stream is kept after the connection is lost.
    package var maximumSeconds: Int?

    package init(resumptionID: String? = nil, maximumSeconds: Int? = nil) {
        self.resumptionID = resumptionID
        self.maximumSeconds = maximumSeconds
    }
}
