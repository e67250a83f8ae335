package import Wire

/// A stream error (RFC 6120 §4.9): the last thing said before the stream is closed.
package struct StreamError: Error, Equatable, Sendable {
    /// Application-specific conditions (RFC 6120 §4.9.4).
    package enum Detail: Equatable, Sendable {
        /// XEP-0198 §4.
        case handledCountTooHigh(handled: UInt32, sent: UInt32)
    }

    package var condition: Condition
    /// For people, in English.
    package var text: String?
    package var detail: Detail?

    package init(_ condition: Condition, text: String? = nil, detail: Detail? = nil) {
        self.condition = condition
        self.text = text
        self.detail = detail
    }
}

// MARK: - Conditions

extension StreamError {
    /// The defined conditions (RFC 6120 §4.9.3), spelled as on the wire.
    package enum Condition: String, CaseIterable, Sendable {
        case badFormat = "bad-format"
        case badNamespacePrefix = "bad-namespace-prefix"
        case conflict
        case connectionTimeout = "connection-timeout"
        case hostGone = "host-gone"
        case hostUnknown = "host-unknown"
        case improperAddressing = "improper-addressing"
        case internalServerError = "internal-server-error"
        case invalidFrom = "invalid-from"
        case invalidNamespace = "invalid-namespace"
        case invalidXML = "invalid-xml"
        case notAuthorized = "not-authorized"
        case notWellFormed = "not-well-formed"
        case policyViolation = "policy-violation"
        case remoteConnectionFailed = "remote-connection-failed"
        case reset
        case resourceConstraint = "resource-constraint"
        case restrictedXML = "restricted-xml"
        case seeOtherHost = "see-other-host"
        case systemShutdown = "system-shutdown"
        case undefinedCondition = "undefined-condition"
        case unsupportedEncoding = "unsupported-encoding"
        case unsupportedFeature = "unsupported-feature"
        case unsupportedStanzaType = "unsupported-stanza-type"
        case unsupportedVersion = "unsupported-version"
    }

    /// The answer to XML that was refused.
    package init(_ error: XMLError) {
        switch error.code {
        case .notWellFormed, .unexpectedEnd: self.init(.notWellFormed)
        case .restrictedXML: self.init(.restrictedXML)
        case .badNamespacePrefix: self.init(.badNamespacePrefix)
        case .invalidNamespace: self.init(.invalidNamespace)
        case .unsupportedEncoding: self.init(.unsupportedEncoding)
        case .invalidUTF8, .unexpectedText: self.init(.badFormat)
        case .tooLarge: self.init(.policyViolation, text: "The stanza is too large.")
        case .tooDeep: self.init(.policyViolation, text: "The stanza is nested too deeply.")
        case .tooManyAttributes: self.init(.policyViolation, text: "An element has too many attributes.")
        case .tooManyNamespaces: self.init(.policyViolation, text: "The stanza declares too many namespaces.")
        case .nameTooLong: self.init(.policyViolation, text: "A name is too long.")
        }
    }
}

// MARK: - Bytes

extension StreamError {
    /// `<stream:error/>`, where the prefix `stream` is declared.
    var bytes: [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client, prefix: "stream", for: Namespace.streams)
        writer.start(QName(Namespace.streams, "error"))
        writer.start(namespace: "\(Namespace.streamErrors)", local: condition.rawValue)
        writer.end()
        if let text {
            writer.start(QName(Namespace.streamErrors, "text"))
            writer.attribute("xml:lang", "en")
            writer.text(text)
            writer.end()
        }
        switch detail {
        case .handledCountTooHigh(let handled, let sent):
            writer.start(QName(Namespace.streamManagement, "handled-count-too-high"))
            writer.attribute("h", String(handled))
            writer.attribute("send-count", String(sent))
            writer.end()
        case nil:
            break
        }
        writer.end()
        return writer.finish()
    }
}
