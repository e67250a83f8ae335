import Wire

/// SASL (RFC 6120 §6).
extension ClientStream {
    /// No attempt is under way.
    mutating func receivedWhileChoosing(_ element: Element) -> [Action] {
        guard element.matches(QName(Namespace.sasl, "auth")) else {
            // §6.4.3 knows `<abort/>` and `<response/>` inside an attempt only.
            return element.isIn(Namespace.sasl) ? failedAttempt(.malformedRequest) : fail(StreamError(.notAuthorized))
        }
        guard let mechanism = element["mechanism"].flatMap(SASLMechanism.init(rawValue:)),
            configuration.mechanisms.contains(mechanism)
        else { return failedAttempt(.invalidMechanism) }
        let negotiation = SASLNegotiation(mechanism, domain: configuration.domain)
        let text = element.text
        guard !text.isEmpty else {
            // Both kinds of mechanism begin with the client: ask it to (§6.4.2).
            state = .authenticating(negotiation)
            return [.write(Self.saslElement("challenge", []))]
        }
        return received(message: text, in: negotiation)
    }

    /// An attempt is under way.
    mutating func received(_ element: Element, in negotiation: SASLNegotiation) -> [Action] {
        guard !negotiation.isWaitingForAnswer else {
            return fail(StreamError(.policyViolation, text: "Wait for the answer."))
        }
        if element.matches(QName(Namespace.sasl, "response")) {
            return received(message: element.text, in: negotiation)
        }
        if element.matches(QName(Namespace.sasl, "abort")) { return failedAttempt(.aborted) }
        return element.isIn(Namespace.sasl) ? failedAttempt(.malformedRequest) : fail(StreamError(.notAuthorized))
    }

    /// The verifiers of the name that `lookUp` asked for; nil if there is no such account, which the client can't tell.
    package mutating func lookedUp(_ verifiers: ScramVerifiers?) -> [Action] {
        guard case .authenticating(var negotiation) = state, let username = negotiation.username else { return [] }
        let verifiers =
            verifiers
            ?? ScramVerifiers.decoy(
                username: username, secret: configuration.decoySecret, iterations: configuration.iterations)
        let action = negotiation.lookedUp(verifiers, serverNonce: Base64.encode(random(18)))
        return perform(action, of: negotiation)
    }

    /// The answer to `lookUp` or `check` that nothing is looked up or checked now, but again after so many seconds.
    package mutating func deferred(seconds: Int64?) -> [Action] {
        guard case .authenticating(let negotiation) = state, negotiation.isWaitingForAnswer else { return [] }
        let text = seconds.map { "Too many wrong passwords; try again in \($0) seconds." }
        return failedAttempt(.temporaryAuthFailure, text: text ?? "Too many people are logging in; try again.")
    }

    /// The outcome of `check`.
    package mutating func checked(_ isMatch: Bool) -> [Action] {
        guard case .authenticating(var negotiation) = state else { return [] }
        let action = negotiation.checked(isMatch)
        return perform(action, of: negotiation)
    }

    private mutating func received(message text: String, in negotiation: SASLNegotiation) -> [Action] {
        // `=` is a message of no bytes (§6.4.2).
        guard let message = text == "=" ? [] : Base64.decode(text) else { return failedAttempt(.incorrectEncoding) }
        var negotiation = negotiation
        let action = negotiation.received(message)
        return perform(action, of: negotiation)
    }

    private mutating func perform(
        _ action: SASLNegotiation.Action?, of negotiation: SASLNegotiation
    ) -> [Action] {
        switch action {
        case nil:
            state = .authenticating(negotiation)
            return []
        case .challenge(let content):
            state = .authenticating(negotiation)
            return [.write(Self.saslElement("challenge", content))]
        case .lookUp(let username):
            state = .authenticating(negotiation)
            return [.lookUp(username: username)]
        case .check(let check):
            state = .authenticating(negotiation)
            return [.check(check)]
        case .failure(let failure):
            return failedAttempt(failure)
        case .wrong(let username):
            return [.wrongPassword(username: username)] + failedAttempt(.notAuthorized)
        case .success(let username, let content):
            guard let account = try? JID(local: username, domain: configuration.domain) else {
                return failedAttempt(.notAuthorized)
            }
            awaitHeader(.authenticated(account))
            return [
                .authenticated(username: username), .write(Self.saslElement("success", content ?? [])), .restartParser
            ]
        }
    }

    /// The client may try again, but not for ever (§6.4.5).
    private mutating func failedAttempt(_ failure: SASLFailure, text: String? = nil) -> [Action] {
        state = .choosingMechanism
        failedAttempts += 1
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.sasl, "failure"))
        writer.start(namespace: "\(Namespace.sasl)", local: failure.rawValue)
        if let text {
            writer.end()
            writer.start(QName(Namespace.sasl, "text"))
            writer.attribute("xml:lang", "en")
            writer.text(text)
        }
        let answer = Action.write(writer.finish())
        guard failedAttempts >= configuration.maximumAttempts else { return [answer] }
        return [answer] + fail(StreamError(.policyViolation, text: "Too many failed attempts."))
    }

    private static func saslElement(_ local: StaticString, _ content: [UInt8]) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.element(QName(Namespace.sasl, local), text: Base64.encodeString(content))
        return writer.finish()
    }
}
