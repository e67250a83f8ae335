package import Wire

/// The addresses that an account doesn't want to hear from (XEP-0191).
package struct Blocklist: Hashable, Sendable {
    /// Most addresses that one account may block.
    package static let maximumCount = 10_000

    package private(set) var addresses: Set<JID>

    package init(_ addresses: some Sequence<JID> = []) {
        self.addresses = Set(addresses)
    }

    /// Whether a stanza to or from an address is stopped (§5): the address itself is listed, or its bare form, or its
    /// domain with its resource, or its domain.
    package func blocks(_ address: JID) -> Bool {
        guard !addresses.isEmpty else { return false }
        if addresses.contains(address) || addresses.contains(address.bare) { return true }
        let domain = address.domainAddress
        if addresses.contains(domain) { return true }
        guard let resource = address.resource, let full = try? domain.with(resource: resource) else { return false }
        return addresses.contains(full)
    }

    /// Blocks more addresses. `resource-constraint` if there would be too many.
    package mutating func block(_ more: [JID]) throws(StanzaError) {
        let union = addresses.union(more)
        guard union.count <= Self.maximumCount else {
            throw StanzaError(.resourceConstraint, text: "The blocklist is full: unblock someone first.")
        }
        addresses = union
    }

    /// Unblocks the addresses given, or all if there are none (§3.3–3.4). Returns those that were blocked.
    @discardableResult
    package mutating func unblock(_ some: [JID]) -> Set<JID> {
        let gone = some.isEmpty ? addresses : addresses.intersection(some)
        addresses.subtract(gone)
        return gone
    }

    /// Writes the answer to a get.
    package func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.blocking, "blocklist"))
        BlockingPush.writeItems(addresses.sorted { $0.description < $1.description }, into: &writer)
        writer.end()
    }
}

/// A change of the blocklist, sent to every resource that has asked for it (XEP-0191 §3.2–3.4).
package enum BlockingPush: Hashable, Sendable {
    case blocked([JID])
    /// Nobody named: everybody.
    case unblocked([JID])

    /// Writes the payload of the IQ set.
    package func write(into writer: inout XMLWriter) {
        switch self {
        case .blocked(let addresses):
            writer.start(QName(Namespace.blocking, "block"))
            Self.writeItems(addresses, into: &writer)
        case .unblocked(let addresses):
            writer.start(QName(Namespace.blocking, "unblock"))
            Self.writeItems(addresses, into: &writer)
        }
        writer.end()
    }

    fileprivate static func writeItems(_ addresses: [JID], into writer: inout XMLWriter) {
        for address in addresses {
            writer.start(QName(Namespace.blocking, "item"))
            writer.attribute("jid", address.description)
            writer.end()
        }
    }
}
