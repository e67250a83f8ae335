/// The opening tag of an XML stream (RFC 6120 §4.7), of either direction.
package struct StreamHeader: Equatable, Sendable {
    /// Local name; `stream` if the peer speaks XMPP.
    package let name: String
    /// Namespace of the tag; `http://etherx.jabber.org/streams` if the peer speaks XMPP.
    package let namespace: String
    /// The content namespace, such as `jabber:client`.
    package let defaultNamespace: String
    package let to: String?
    package let from: String?
    package let id: String?
    package let version: String?
    package let lang: String?

    package init(
        name: String = "stream", namespace: String = "http://etherx.jabber.org/streams",
        defaultNamespace: String = "jabber:client", to: String? = nil, from: String? = nil, id: String? = nil,
        version: String? = "1.0", lang: String? = nil
    ) {
        self.name = name
        self.namespace = namespace
        self.defaultNamespace = defaultNamespace
        self.to = to
        self.from = from
        self.id = id
        self.version = version
        self.lang = lang
    }

    /// Reads the header from its tag, which the scanner has resolved.
    init(_ tag: Element) {
        self.init(
            name: tag.name, namespace: tag.namespace, defaultNamespace: tag.defaultNamespace, to: tag["to"],
            from: tag["from"], id: tag["id"], version: tag["version"], lang: tag.language)
    }

    /// The XML declaration and the opening tag, with the tag's namespace bound to the prefix `stream`.
    package var serialized: [UInt8] {
        var bytes = Array("<?xml version='1.0'?><stream:".utf8)
        XMLEscaping.appendName(name, to: &bytes)
        XMLEscaping.appendAttribute("xmlns", defaultNamespace, to: &bytes)
        XMLEscaping.appendAttribute("xmlns:stream", namespace, to: &bytes)
        for (key, value) in [("to", to), ("from", from), ("id", id), ("version", version), ("xml:lang", lang)] {
            guard let value else { continue }
            XMLEscaping.appendAttribute(key, value, to: &bytes)
        }
        bytes.append(UInt8(ascii: ">"))
        return bytes
    }
}
