/// What one peer may make the parser hold. Values out of range are clamped, so a limit can't be configured away.
package struct XMLLimits: Equatable, Sendable {
    /// Bytes of one stanza or of the stream header, tags included.
    package let stanzaBytes: Int
    /// Open elements within one stanza, the stanza itself being 1.
    package let depth: Int
    /// Attributes of one element, namespace declarations included.
    package let attributes: Int
    /// Bytes of one qualified name.
    package let nameBytes: Int
    /// Namespace declarations in scope at once within one stanza; those of the stream header don't count.
    package let namespaces: Int

    package init(
        stanzaBytes: Int = 256 * 1024, depth: Int = 64, attributes: Int = 64, nameBytes: Int = 256,
        namespaces: Int = 64
    ) {
        self.stanzaBytes = min(max(stanzaBytes, 256), 64 * 1024 * 1024)
        self.depth = min(max(depth, 1), 4095)
        self.attributes = min(max(attributes, 1), 4095)
        self.nameBytes = min(max(nameBytes, 8), 65535)
        self.namespaces = min(max(namespaces, 1), 4095)
    }

    /// For a client that has authenticated.
    package static let clientDefault = XMLLimits()
    /// For anyone at all: the 10,000 bytes that RFC 6120 §13.12 lets no server refuse, and little structure.
    package static let beforeAuthentication = XMLLimits(stanzaBytes: 10_000, depth: 8, attributes: 32, namespaces: 16)
}
