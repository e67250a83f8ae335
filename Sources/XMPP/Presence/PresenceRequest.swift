/// A presence stanza of a client, read to the end: what it asks the server to do.
package enum PresenceRequest: Hashable, Sendable {
    /// Tell everybody who may know: `Resources.broadcast` (RFC 6121 §4.2, §4.4).
    case broadcast(PresenceContent)
    /// Tell them that the resource is gone: `Resources.withdraw` (§4.5).
    case withdraw(PresenceContent)
    /// Tell one address: `Resources.direct`, then route the stanza (§4.6).
    case direct(JID, isAvailable: Bool)
    /// Manage a subscription with a contact, by bare address: `RosterChange.outbound` (§3).
    case subscription(SubscriptionRequest, JID)
    /// Ask for one address's presence: `Resources.probed` over there (§4.3).
    case probe(JID)
    /// Route it as it is: an error that answers somebody's presence.
    case route(JID)
    /// A stanza that asks for nothing, such as an error for nobody.
    case nothing
}

extension PresenceRequest {
    /// Reads a presence stanza that a resource of `owner` sent.
    ///
    /// `bad-request` for a subscription or probe without an address or for a bad priority, `not-allowed` for a
    /// subscription to oneself, `not-acceptable` for a broadcast that is too long.
    package init(_ presence: Stanza, owner: JID) throws(StanzaError) {
        if let request = presence.type.subscriptionRequest {
            guard let to = presence.to else { throw StanzaError(.badRequest) }
            guard to.bare != owner.bare else { throw StanzaError(.notAllowed) }
            self = .subscription(request, to.bare)
            return
        }
        switch (presence.type, presence.to) {
        case (.available, nil): self = .broadcast(try PresenceContent(presence))
        case (.unavailable, nil): self = .withdraw(try PresenceContent(presence))
        case (.available, let to?): self = .direct(to, isAvailable: true)
        case (.unavailable, let to?): self = .direct(to, isAvailable: false)
        case (.probe, let to?): self = .probe(to)
        case (.error, let to?): self = .route(to)
        case (.error, nil): self = .nothing
        default: throw StanzaError(.badRequest)
        }
    }
}

extension Resources {
    /// Names of the resources that get a presence stanza sent to the account, by bare or full address
    /// (RFC 6121 §8.5.2.1.2, §8.5.3.1).
    ///
    /// A request reaches whoever could answer it, the answers and ends reach those who show a roster (§3.1.6, §3.2.3,
    /// §3.3.3), whatever resource they were sent to; all else goes to available resources.
    package func takers(ofPresence type: StanzaType, resource: String?) -> [String] {
        switch type.subscriptionRequest {
        case .subscribe: available.map(\.name)
        case .subscribed, .unsubscribe, .unsubscribed: interested
        case nil: available.map(\.name).filter { resource == nil || resource == $0 }
        }
    }
}
