import Wire

/// The stream is up: stanzas, and what stream management says about them.
extension ClientStream {
    /// An element of a bound client.
    mutating func received(_ element: Element, boundAs address: JID, isManaged: Bool) -> [Action] {
        if element.isIn(Namespace.client) { return receivedStanza(element, boundAs: address) }
        if element.isIn(Namespace.streamManagement) {
            return receivedManagement(element, boundAs: address, isManaged: isManaged)
        }
        if element.matches(QName(Namespace.clientState, "active")) { return [.clientState(isActive: true)] }
        if element.matches(QName(Namespace.clientState, "inactive")) { return [.clientState(isActive: false)] }
        return fail(StreamError(.unsupportedStanzaType))
    }

    /// The answer to `enable`: nil refuses.
    package mutating func enabled(_ grant: StreamManagementGrant?) -> [Action] {
        guard case .awaitingManagement(let address) = state else { return [] }
        state = .bound(address, isManaged: grant != nil)
        let answer = grant.map(StreamManagementElements.enabled)
        return [.write(answer ?? StreamManagementElements.failed(.internalServerError))]
    }

    private mutating func receivedStanza(_ element: Element, boundAs address: JID) -> [Action] {
        let stanza: Stanza
        do throws(StanzaRefusal) {
            stanza = try Stanza(element)
        } catch {
            switch error {
            case .stream(let condition): return fail(StreamError(condition))
            case .silence: return [.handled(reply: nil)]
            case .answer(let error):
                return [.handled(reply: error.reply(to: element, from: nil, to: address.description))]
            }
        }
        // A client speaks for itself only (§8.1.2.1).
        if let from = stanza.from, from != address, from != address.bare { return fail(StreamError(.invalidFrom)) }
        let stamped = stanza.stamped(from: address)
        return [negotiationReply(to: stamped, boundAs: address).map { .handled(reply: $0) } ?? .stanza(stamped)]
    }

    /// Negotiation by IQ that comes after its time: RFC 3921's session, and a second resource.
    private func negotiationReply(to stanza: Stanza, boundAs address: JID) -> [UInt8]? {
        guard stanza.type == .set, let payload = stanza.payload,
            stanza.to == nil || stanza.to == address.domainAddress || stanza.to == address.bare
        else { return nil }
        if payload.matches(QName(Namespace.session, "session")) { return stanza.result() }
        if payload.matches(QName(Namespace.bind, "bind")) { return stanza.error(StanzaError(.notAllowed)) }
        return nil
    }

    private mutating func receivedManagement(
        _ element: Element, boundAs address: JID, isManaged: Bool
    ) -> [Action] {
        if element.isNamed("enable") {
            guard !isManaged else { return [.write(StreamManagementElements.failed(.unexpectedRequest))] }
            state = .awaitingManagement(address)
            let isResumable = element.attribute("resume", equals: "true") || element.attribute("resume", equals: "1")
            return [
                .enable(isResumable: isResumable, maximumSeconds: element["max"].flatMap { Int($0) }.map { max($0, 0) })
            ]
        }
        if element.isNamed("resume") { return [.write(StreamManagementElements.failed(.unexpectedRequest))] }
        guard isManaged else { return fail(StreamError(.unsupportedStanzaType)) }
        if element.isNamed("r") { return [.acknowledgementRequested] }
        guard element.isNamed("a") else { return fail(StreamError(.unsupportedStanzaType)) }
        guard let handled = StreamManagementElements.handledCount(element) else {
            return fail(StreamError(.badFormat, text: "An acknowledgement needs h."))
        }
        return [.acknowledged(handled)]
    }
}
