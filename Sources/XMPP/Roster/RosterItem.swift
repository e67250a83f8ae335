package import Wire

/// A contact in an account's roster (RFC 6121 §2.1), and what the server keeps with it.
package struct RosterItem: Hashable, Sendable {
    /// The contact's bare address.
    package let jid: JID
    /// The person's own name for the contact; `nil` if there is none.
    package var name: String?
    /// Sorted, so that equal sets of groups are equal items.
    package var groups: [String]
    package var subscription: Subscription
    /// Whether clients see the item. A request from somebody who isn't in the roster is kept as a record that isn't
    /// pushed or listed (RFC 6121 §3.1.3, Appendix A.1).
    package var isListed: Bool
    /// What the contact said with a request that is unanswered: it is delivered again to each resource that becomes
    /// available (RFC 6121 §3.1.3).
    package var request: PresenceContent?

    package init(
        jid: JID, name: String? = nil, groups: [String] = [], subscription: Subscription = .none,
        isListed: Bool = true, request: PresenceContent? = nil
    ) {
        self.jid = jid
        self.name = name
        self.groups = groups.sorted()
        self.subscription = subscription
        self.isListed = isListed
        self.request = request
    }

    /// Whether clients would see a difference between the two.
    package func looksDifferent(from other: RosterItem?) -> Bool {
        guard let other, other.isListed else { return isListed }
        return !isListed || name != other.name || groups != other.groups
            || subscription.state.attribute != other.subscription.state.attribute
            || subscription.state.isPendingOut != other.subscription.state.isPendingOut
            || subscription.isApproved != other.subscription.isApproved
    }

    /// Writes `<item/>` as it stands in results and pushes.
    package func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.roster, "item"))
        writer.attribute("jid", jid.description)
        if let name { writer.attribute("name", name) }
        writer.attribute("subscription", subscription.state.attribute)
        if subscription.state.isPendingOut { writer.attribute("ask", "subscribe") }
        if subscription.isApproved { writer.attribute("approved", "true") }
        for group in groups { writer.element(QName(Namespace.roster, "group"), text: group) }
        writer.end()
    }
}
