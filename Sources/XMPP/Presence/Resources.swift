/// The connected resources of one account (RFC 6121 §1.4, §4): who is available, and who was told so.
///
/// An account has few resources, so they are kept in a list, in the order in which they connected.
package struct Resources: Sendable {
    /// One connected resource.
    package struct Resource: Sendable {
        package let name: String
        /// What it last broadcast; `nil` unless it is available.
        package fileprivate(set) var presence: PresenceContent?
        /// It has asked for the roster, so it gets pushes (RFC 6121 §2.1.6).
        package var isInterested = false
        /// It has asked for the blocklist, so it gets pushes (XEP-0191 §3).
        package var isBlocklistInterested = false
        /// It wants copies of other resources' messages (XEP-0280).
        package var hasCarbons = false
        /// Who got presence from it alone (RFC 6121 §4.6).
        package fileprivate(set) var directed: Set<JID> = []

        package var isAvailable: Bool { presence != nil }
        /// Available and willing to get messages sent to the bare address (RFC 6121 §8.5.2).
        package var takesMessages: Bool { presence.map { $0.priority >= 0 } ?? false }
    }

    /// Addresses that one resource may send directed presence to at a time; each is remembered.
    package static let maximumDirected = 500

    package private(set) var all: [Resource] = []

    package init() {}

    package var available: [Resource] { all.filter(\.isAvailable) }
    /// Names of the resources that get roster pushes and answers to subscription requests.
    package var interested: [String] { all.filter(\.isInterested).map(\.name) }
    package var isEmpty: Bool { all.isEmpty }

    package subscript(name: String) -> Resource? {
        all.first { $0.name == name }
    }

    /// A resource was bound. One of the same name is replaced: end its session first.
    package mutating func connect(_ name: String) {
        all.removeAll { $0.name == name }
        all.append(Resource(name: name))
    }

    /// Changes what a connected resource asked for; nothing happens if it isn't connected.
    package mutating func update(_ name: String, _ change: (inout Resource) -> Void) {
        guard let index = index(of: name) else { return }
        change(&all[index])
    }

    private func index(of name: String) -> Int? {
        all.firstIndex { $0.name == name }
    }
}

// MARK: - Broadcasts

/// Who gets a resource's presence because of one event.
package struct PresenceBroadcast: Hashable, Sendable {
    /// Contacts subscribed to the account, by bare address.
    package var contacts: [JID] = []
    /// Others who were told directly and now must hear of the end (RFC 6121 §4.6.3).
    package var directed: [JID] = []
    /// The account's available resources.
    package var resources: [String] = []
    /// The first presence of this resource: do what follows from it, too.
    package var initial: Initial?

    /// What a resource that becomes available gets (RFC 6121 §4.2.2, §4.3).
    package struct Initial: Hashable, Sendable {
        /// Contacts to probe, by bare address.
        package var probes: [JID] = []
        /// The account's other available resources, whose presence the new one gets.
        package var others: [String] = []
        /// Who waits for an answer to a subscription request: deliver the request again (§3.1.3).
        package var requests: [JID] = []
    }
}

extension Resources {
    /// A resource broadcast availability (RFC 6121 §4.2, §4.4).
    ///
    /// `roster` is all records of the account, unlisted ones too. Blocked contacts neither hear nor are asked
    /// (XEP-0191 §3.2).
    package mutating func broadcast(
        _ presence: PresenceContent, from name: String, roster: some Sequence<RosterItem>,
        isBlocked: (JID) -> Bool = { _ in false }
    ) -> PresenceBroadcast {
        guard let index = index(of: name) else { return PresenceBroadcast() }
        let isInitial = !all[index].isAvailable
        all[index].presence = presence
        var broadcast = PresenceBroadcast(resources: available.map(\.name))
        var initial = PresenceBroadcast.Initial(others: broadcast.resources.filter { $0 != name })
        for item in roster where !isBlocked(item.jid) {
            let state = item.subscription.state
            if state.isFrom { broadcast.contacts.append(item.jid) }
            if state.isTo { initial.probes.append(item.jid) }
            if state.isPendingIn { initial.requests.append(item.jid) }
        }
        // A subscriber hears of the end through the broadcast.
        all[index].directed.subtract(broadcast.contacts)
        if isInitial { broadcast.initial = initial }
        return broadcast
    }

    /// A resource broadcast unavailability (RFC 6121 §4.5). It stays connected.
    package mutating func withdraw(
        _ name: String, roster: some Sequence<RosterItem>, isBlocked: (JID) -> Bool = { _ in false }
    ) -> PresenceBroadcast {
        guard let index = index(of: name) else { return PresenceBroadcast() }
        var broadcast = PresenceBroadcast()
        if all[index].isAvailable {
            all[index].presence = nil
            broadcast.contacts = roster.filter { $0.subscription.state.isFrom && !isBlocked($0.jid) }.map(\.jid)
            broadcast.resources = available.map(\.name)
        }
        let told = Set(broadcast.contacts)
        broadcast.directed = all[index].directed
            .filter { !told.contains($0.bare) && !isBlocked($0) }
            .sorted { $0.description < $1.description }
        all[index].directed = []
        return broadcast
    }

    /// A resource's session ended, with or without goodbye (RFC 6121 §4.5.2). The same goes out as if it had said so.
    package mutating func disconnect(
        _ name: String, roster: some Sequence<RosterItem>, isBlocked: (JID) -> Bool = { _ in false }
    ) -> PresenceBroadcast {
        let broadcast = withdraw(name, roster: roster, isBlocked: isBlocked)
        all.removeAll { $0.name == name }
        return broadcast
    }
}

// MARK: - Directed presence

extension Resources {
    /// A resource sent presence to one address (RFC 6121 §4.6). The stanza itself is routed as it is.
    ///
    /// `resource-constraint` if too many addresses are remembered already: don't route then.
    package mutating func direct(
        from name: String, to address: JID, isAvailable: Bool, isSubscriber: Bool
    ) throws(StanzaError) {
        guard let index = index(of: name) else { return }
        guard isAvailable else {
            all[index].directed.remove(address)
            return
        }
        // A subscriber of an available resource hears of the end anyway.
        if isSubscriber, all[index].isAvailable { return }
        guard all[index].directed.contains(address) || all[index].directed.count < Self.maximumDirected else {
            throw StanzaError(.resourceConstraint, text: "Too many directed presences at a time.")
        }
        all[index].directed.insert(address)
    }
}
