package import Wire

/// A stanza error (RFC 6120 §8.3): what is sent back instead of what was asked for.
package struct StanzaError: Error, Equatable, Sendable {
    /// What the sender may do about it (§8.3.2).
    package enum Kind: String, Sendable {
        case auth, cancel, `continue`, modify, wait
    }

    package var condition: Condition
    package var kind: Kind
    /// For people, in English.
    package var text: String?
    /// Who found the error, if not the addressee.
    package var by: JID?
    /// The application-specific condition (§8.3.4), an empty element.
    package var application: QName?

    package init(
        _ condition: Condition, kind: Kind? = nil, text: String? = nil, by: JID? = nil, application: QName? = nil
    ) {
        self.condition = condition
        self.kind = kind ?? condition.usualKind
        self.text = text
        self.by = by
        self.application = application
    }

    package static func == (left: StanzaError, right: StanzaError) -> Bool {
        left.condition == right.condition && left.kind == right.kind && left.text == right.text && left.by == right.by
            && left.application.map { "\($0.namespace) \($0.local)" }
                == right.application.map { "\($0.namespace) \($0.local)" }
    }
}

// MARK: - Conditions

extension StanzaError {
    /// The defined conditions (RFC 6120 §8.3.3), spelled as on the wire.
    package enum Condition: String, CaseIterable, Sendable {
        case badRequest = "bad-request"
        case conflict
        case featureNotImplemented = "feature-not-implemented"
        case forbidden
        case gone
        case internalServerError = "internal-server-error"
        case itemNotFound = "item-not-found"
        case jidMalformed = "jid-malformed"
        case notAcceptable = "not-acceptable"
        case notAllowed = "not-allowed"
        case notAuthorized = "not-authorized"
        case policyViolation = "policy-violation"
        case recipientUnavailable = "recipient-unavailable"
        case redirect
        case registrationRequired = "registration-required"
        case remoteServerNotFound = "remote-server-not-found"
        case remoteServerTimeout = "remote-server-timeout"
        case resourceConstraint = "resource-constraint"
        case serviceUnavailable = "service-unavailable"
        case subscriptionRequired = "subscription-required"
        case undefinedCondition = "undefined-condition"
        case unexpectedRequest = "unexpected-request"

        /// The type that §8.3.3 recommends for the condition.
        package var usualKind: Kind {
            switch self {
            case .badRequest, .jidMalformed, .notAcceptable, .policyViolation, .redirect: .modify
            case .forbidden, .notAuthorized, .registrationRequired, .subscriptionRequired: .auth
            case .recipientUnavailable, .remoteServerTimeout, .resourceConstraint, .unexpectedRequest: .wait
            case .conflict, .featureNotImplemented, .gone, .internalServerError, .itemNotFound, .notAllowed,
                .remoteServerNotFound, .serviceUnavailable, .undefinedCondition:
                .cancel
            }
        }
    }
}

// MARK: - Bytes

extension StanzaError {
    /// The `<error/>` element.
    package func write(into writer: inout XMLWriter) {
        writer.start(QName(Namespace.client, "error"))
        writer.attribute("type", kind.rawValue)
        if let by { writer.attribute("by", by.description) }
        writer.start(namespace: "\(Namespace.stanzaErrors)", local: condition.rawValue)
        writer.end()
        if let text {
            writer.start(QName(Namespace.stanzaErrors, "text"))
            writer.attribute("xml:lang", "en")
            writer.text(text)
            writer.end()
        }
        if let application { writer.element(application) }
        writer.end()
    }

    /// The error as an answer to a stanza, from whom it was sent to, in the default namespace `jabber:client`.
    ///
    /// - Parameters:
    ///   - stanza: what is answered.
    ///   - from: who answers; the stanza's addressee if nil.
    ///   - isEchoing: whether the stanza's own children come back too (§8.3.1 leaves it open).
    /// - Returns: nil if the stanza is itself an answer.
    package func reply(to stanza: Stanza, from: JID? = nil, isEchoing: Bool = false) -> [UInt8]? {
        guard stanza.type.isAnswerable else { return nil }
        return reply(
            to: stanza.element, from: from?.description ?? stanza.to?.description, to: stanza.from?.description,
            isEchoing: isEchoing)
    }

    /// The error as an answer to an element that couldn't be read as a stanza.
    func reply(to element: Element, from: String?, to: String?, isEchoing: Bool = false) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(Stanza.Kind(element)?.name ?? QName(Namespace.client, "message"))
        writer.attribute("type", "error")
        if let id = element["id"] { writer.attribute("id", id) }
        if let from { writer.attribute("from", from) }
        if let to { writer.attribute("to", to) }
        if isEchoing {
            for child in element.children { child.write(into: &writer) }
        }
        write(into: &writer)
        writer.end()
        return writer.finish()
    }
}

// MARK: - Reading

extension StanzaError {
    /// Reads the `<error/>` child of a stanza; an unknown or absent condition counts as `undefined-condition`.
    package init?(in stanza: Element) {
        guard let error = stanza.first(QName(Namespace.client, "error")) else { return nil }
        let defined = error.children.first { child in
            child.isIn(Namespace.stanzaErrors) && !child.isNamed("text")
        }
        let condition = defined.flatMap { Condition(rawValue: $0.name) } ?? .undefinedCondition
        self.init(
            condition, kind: error["type"].flatMap(Kind.init(rawValue:)),
            text: error.first(QName(Namespace.stanzaErrors, "text"))?.text, by: error["by"].flatMap(JID.init))
    }
}
