package import Wire

/// An element that a client stores and gets back as it was: a vCard (XEP-0054), a private note (XEP-0049).
package struct OpaquePayload: Hashable, Sendable {
    /// Most bytes of one payload.
    package static let maximumLength = 128 * 1024

    /// A self-contained document.
    package let bytes: [UInt8]

    /// Takes an element to store. `not-acceptable` if it is too long.
    package init(_ element: Element) throws(StanzaError) {
        bytes = element.serialized
        guard bytes.count <= Self.maximumLength else {
            throw StanzaError(.notAcceptable, text: "At most \(Self.maximumLength) bytes can be stored here.")
        }
    }

    /// What was stored before.
    package init(stored bytes: [UInt8]) {
        self.bytes = bytes
    }

    package func write(into writer: inout XMLWriter) {
        writer.raw(bytes)
    }
}

/// A person's card (XEP-0054): about them, for whoever may ask.
package enum VCard {
    static let name = QName(Namespace.vcardTemp, "vCard")

    /// Writes the payload of the answer to a get; an account without a card has an empty one (§3.1).
    package static func write(_ card: OpaquePayload?, into writer: inout XMLWriter) {
        guard let card else { return writer.element(name) }
        card.write(into: &writer)
    }
}

/// Where a private note lies: a client's own element name (XEP-0049 §2).
package struct PrivateKey: Hashable, Sendable {
    package let namespace: String
    package let name: String

    static let queryName = QName("jabber:iq:private", "query")

    /// Names an element. `not-acceptable` for the namespaces that the protocol reserves (§3) and for none.
    init(_ element: Element) throws(StanzaError) {
        namespace = element.namespace
        name = element.name
        let isReserved =
            namespace.isEmpty || namespace.hasPrefix("jabber:") || namespace.hasPrefix("http://jabber.org/")
            || namespace == "vcard-temp"
        guard !isReserved else { throw StanzaError(.notAcceptable) }
    }

    /// Writes the payload of the answer to a get: what was stored, or an empty element of that name.
    package func write(_ stored: OpaquePayload?, into writer: inout XMLWriter) {
        writer.start(Self.queryName)
        if let stored {
            stored.write(into: &writer)
        } else {
            writer.start(namespace: namespace, local: name)
            writer.end()
        }
        writer.end()
    }
}
