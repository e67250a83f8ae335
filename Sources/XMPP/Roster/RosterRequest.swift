package import Wire

/// What a client asks of its roster (RFC 6121 §2.1.3–2.5).
package enum RosterRequest: Hashable, Sendable {
    /// Send the roster. `version` is what the client has cached: empty for nothing yet, `nil` if it can't cache (§2.6.2).
    case get(version: String?)
    /// Add a contact or change its name and groups. A client can't set anything else (§2.1.2).
    case set(jid: JID, name: String?, groups: [String])
    /// Remove a contact and end all subscriptions (§2.5).
    case remove(JID)
}

/// What a roster may hold (RFC 6121 §2.3.3 leaves the figures to the server).
package struct RosterLimits: Hashable, Sendable {
    /// Bytes of UTF-8.
    package var name = 1023
    package var group = 1023
    package var groupsPerItem = 64
    /// Contacts, and requests of strangers, that one account keeps.
    package var items = 5000

    package static let standard = RosterLimits()

    package init() {}
}

extension RosterRequest {
    /// Reads the payload of an IQ get.
    package init(get query: Element) throws(StanzaError) {
        guard query.matches(Roster.queryName) else { throw StanzaError(.badRequest) }
        for _ in query.children { throw StanzaError(.badRequest) }
        self = .get(version: query["ver"])
    }

    /// Reads the payload of an IQ set by the account `owner` (§2.3.3).
    ///
    /// Refused: `bad-request` unless there is exactly one item, with an address, with each group once;
    /// `jid-malformed` for what isn't an address, `not-allowed` for oneself, `not-acceptable` for an empty or overlong
    /// group, too many groups, or an overlong name.
    package init(set query: Element, owner: JID, limits: RosterLimits = .standard) throws(StanzaError) {
        guard query.matches(Roster.queryName) else { throw StanzaError(.badRequest) }
        var items = query.children.makeIterator()
        guard let item = items.next(), items.next() == nil, item.matches(QName(Namespace.roster, "item")),
            let text = item["jid"]
        else { throw StanzaError(.badRequest) }
        guard let jid = JID(text) else { throw StanzaError(.jidMalformed) }
        // Subscriptions are between accounts, so an item with a resource could never be subscribed to.
        guard !jid.isFull else { throw StanzaError(.badRequest) }
        guard jid != owner.bare else { throw StanzaError(.notAllowed) }
        if item.attribute("subscription", equals: "remove") {
            self = .remove(jid)
            return
        }
        let name = item["name"] ?? ""
        guard name.utf8.count <= limits.name else { throw StanzaError(.notAcceptable) }
        self = .set(jid: jid, name: name.isEmpty ? nil : name, groups: try Self.groups(of: item, limits: limits))
    }

    private static func groups(of item: Element, limits: RosterLimits) throws(StanzaError) -> [String] {
        var groups: Set<String> = []
        for child in item.children where child.matches(QName(Namespace.roster, "group")) {
            let group = child.text
            guard !group.isEmpty, group.utf8.count <= limits.group, groups.count < limits.groupsPerItem else {
                throw StanzaError(.notAcceptable)
            }
            guard groups.insert(group).inserted else { throw StanzaError(.badRequest) }
        }
        return groups.sorted()
    }
}
