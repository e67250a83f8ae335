/// The answer to a presence probe (RFC 6121 §4.3.2).
package enum ProbeAnswer: Hashable, Sendable {
    /// Say nothing: the prober is blocked (XEP-0191 §3.2).
    case nothing
    /// Send `unsubscribed` from the bare address: the prober has no right to know, and learns nothing of the account.
    case unsubscribed
    /// Send `unavailable` from the address that was probed.
    case unavailable
    /// Send the last presence of each of these resources.
    case available([String])
}

extension Resources {
    /// Answers a probe.
    ///
    /// `resource` is of the address that was probed, if that was a full one; `item` is the account's record of the
    /// prober. One who got directed presence from a resource may ask about that resource.
    package func probed(resource: String?, by prober: JID, item: RosterItem?, isBlocked: Bool) -> ProbeAnswer {
        if isBlocked { return .nothing }
        let isSubscriber = item?.subscription.state.isFrom ?? false
        let visible = available.filter { candidate in
            let isMeant = resource.map { $0 == candidate.name } ?? true
            let wasTold = candidate.directed.contains(prober) || candidate.directed.contains(prober.bare)
            return isMeant && (isSubscriber || wasTold)
        }
        if !visible.isEmpty { return .available(visible.map(\.name)) }
        return isSubscriber ? .unavailable : .unsubscribed
    }

    /// The answer for an account that doesn't exist: what a stranger gets from one that does.
    package static var probeOfNobody: ProbeAnswer { .unsubscribed }
}
