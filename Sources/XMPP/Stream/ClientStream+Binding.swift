import Wire

/// Resource binding (RFC 6120 §7), or the resumption of an earlier stream instead (XEP-0198 §5).
extension ClientStream {
    /// What came of `resume`.
    package enum Resumption: Equatable, Sendable {
        /// The earlier stream had this address and has handled so much. Its unacknowledged stanzas are sent next.
        case resumed(JID, handled: UInt32)
        /// There is nothing to resume; what was handled is said if it is still known.
        case failed(handled: UInt32?)
    }

    /// Authenticated and not bound: nothing but these two is heard (§7.1).
    mutating func received(_ element: Element, bindingFor account: JID) -> [Action] {
        if element.isIn(Namespace.streamManagement) { return receivedManagement(element, bindingFor: account) }
        guard element.matches(Stanza.Kind.iq.name),
            let request = element.first(QName(Namespace.bind, "bind")), element.attribute("type", equals: "set"),
            let id = element["id"]
        else {
            return fail(StreamError(.notAuthorized, text: "Bind a resource first."))
        }
        guard let wanted = request.first(QName(Namespace.bind, "resource"))?.text, !wanted.isEmpty else {
            state = .awaitingBinding(account: account, requestID: id)
            return [.bind(resource: nil)]
        }
        guard let resource = (try? account.with(resource: wanted))?.resource else {
            let error = StanzaError(.badRequest, text: "The resource isn't a valid one.")
            return [.write(error.reply(to: element, from: nil, to: nil))]
        }
        state = .awaitingBinding(account: account, requestID: id)
        return [.bind(resource: resource)]
    }

    /// The answer to `bind`: the client's full address, or why it can't have one.
    package mutating func bound(_ result: Result<JID, StanzaError>) -> [Action] {
        guard case .awaitingBinding(let account, let id) = state else { return [] }
        switch result {
        case .success(let address):
            state = .bound(address, isManaged: false)
            let reply = Stanza.iq(type: .result, id: id, from: nil, to: nil) { writer in
                writer.element(QName(Namespace.bind, "bind")) {
                    $0.element(QName(Namespace.bind, "jid"), text: address.description)
                }
            }
            return [.write(reply)]
        case .failure(let error):
            state = .binding(account: account)
            return [.write(Stanza.iq(type: .error, id: id, from: nil, to: nil) { error.write(into: &$0) })]
        }
    }

    /// The answer to `resume`.
    package mutating func resumed(_ resumption: Resumption) -> [Action] {
        guard case .awaitingResumption(let account, let previousID) = state else { return [] }
        switch resumption {
        case .resumed(let address, let handled):
            state = .bound(address, isManaged: true)
            return [.write(StreamManagementElements.resumed(previousID: previousID, handled: handled))]
        case .failed(let handled):
            state = .binding(account: account)
            return [.write(StreamManagementElements.failed(.itemNotFound, handled: handled))]
        }
    }

    private mutating func receivedManagement(_ element: Element, bindingFor account: JID) -> [Action] {
        guard element.isNamed("resume") else {
            // Stream management begins after binding (XEP-0198 §3).
            guard element.isNamed("enable") else { return fail(StreamError(.unsupportedStanzaType)) }
            return [.write(StreamManagementElements.failed(.unexpectedRequest))]
        }
        guard let previousID = element["previd"], previousID.utf8.count <= 256,
            let handled = StreamManagementElements.handledCount(element)
        else {
            return [.write(StreamManagementElements.failed(.badRequest))]
        }
        state = .awaitingResumption(account: account, previousID: previousID)
        return [.resume(previousID: previousID, handled: handled)]
    }
}
