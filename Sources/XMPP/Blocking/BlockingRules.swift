package import Wire

/// What becomes of stanzas between an account and an address that it blocks (XEP-0191 §3.2).
package enum BlockingRules {
    package enum Outcome: Hashable, Sendable {
        case drop
        case bounce(StanzaError.Condition)
    }

    /// A stanza from a blocked address: the person looks absent.
    package static func inbound(kind: Stanza.Kind, type: StanzaType) -> Outcome {
        switch kind {
        case .presence: .drop
        case .message: type == .error ? .drop : .bounce(.serviceUnavailable)
        case .iq: type == .get || type == .set ? .bounce(.serviceUnavailable) : .drop
        }
    }

    /// The answer to the person's own stanza to a blocked address.
    package static let outbound = StanzaError(
        .notAcceptable, kind: .cancel, text: "You have blocked this address: unblock it first.",
        application: QName(Namespace.blockingErrors, "blocked"))
}

/// What a client asks of its blocklist (XEP-0191 §3).
package enum BlockingRequest: Hashable, Sendable {
    case get
    case block([JID])
    /// Nobody named: everybody.
    case unblock([JID])

    /// Reads the payload of an IQ set. `bad-request` for a block without addresses, `jid-malformed` for a bad address,
    /// `not-allowed` for blocking oneself.
    package init(set payload: Element, owner: JID) throws(StanzaError) {
        let isBlock = payload.matches(QName(Namespace.blocking, "block"))
        guard isBlock || payload.matches(QName(Namespace.blocking, "unblock")) else { throw StanzaError(.badRequest) }
        var addresses: [JID] = []
        for item in payload.children {
            guard item.matches(QName(Namespace.blocking, "item")), let text = item["jid"],
                addresses.count < Blocklist.maximumCount
            else { throw StanzaError(.badRequest) }
            guard let address = JID(text) else { throw StanzaError(.jidMalformed) }
            guard !isBlock || address.bare != owner.bare else { throw StanzaError(.notAllowed) }
            addresses.append(address)
        }
        guard !isBlock || !addresses.isEmpty else { throw StanzaError(.badRequest) }
        self = isBlock ? .block(addresses) : .unblock(addresses)
    }
}
