package import Wire

/// The server's side of a client's stream: TLS, SASL, resource binding, stream management (RFC 6120 §4–7, RFC 7590,
/// XEP-0198).
///
/// Knows the order of things and nothing else: no sockets, clock or database. Events go in, actions come out, to be
/// performed in order. Three of them are questions (`lookUp`, `check`, and after authentication `bind`, `resume`,
/// `enable`): while ``isWaitingForAnswer`` the caller takes no further event out of its parser, and reads no more than it
/// would buffer anyway.
///
/// What the peer does wrong ends in `.close`, with a stream error said first. An answer that nobody asked for is ignored.
package struct ClientStream: ~Copyable, Sendable {
    /// What is needed to serve clients of one domain.
    package struct Configuration: Sendable {
        /// The prepared domain.
        package var domain: String
        /// In the order of preference.
        package var mechanisms: [SASLMechanism]
        /// From which decoys for unknown names are made; the same for ever.
        package var decoySecret: [UInt8]
        /// What decoys say; the same as for new verifiers.
        package var iterations: Int
        /// Failed attempts to authenticate until the stream is closed.
        package var maximumAttempts: Int
        /// Further features after authentication, serialised under the default namespace `jabber:client`.
        package var furtherFeatures: [UInt8]

        package init(
            domain: String, mechanisms: [SASLMechanism] = SASLMechanism.allCases, decoySecret: [UInt8],
            iterations: Int = ScramVerifiers.usualIterations, maximumAttempts: Int = 3, furtherFeatures: [UInt8] = []
        ) {
            self.domain = domain
            self.mechanisms = mechanisms
            self.decoySecret = decoySecret
            self.iterations = iterations
            self.maximumAttempts = maximumAttempts
            self.furtherFeatures = furtherFeatures
        }
    }

    /// What the caller does next, in order.
    package enum Action: Sendable {
        case write([UInt8])
        /// Begin the TLS handshake once everything written has gone out; then say ``ClientStream/tlsEstablished()``.
        case startTLS
        /// Restart the parser: a new stream begins. What the parser still held is dropped.
        case restartParser
        /// Find the verifiers of this prepared name; answer with ``ClientStream/lookedUp(_:)``, or with
        /// ``ClientStream/deferred(seconds:)``.
        case lookUp(username: String)
        /// Run it off the event loop; answer with ``ClientStream/checked(_:)``, or with ``ClientStream/deferred(seconds:)``.
        case check(PasswordCheck)
        /// The password, or the proof of it, was wrong for this prepared name, which may be nobody's.
        case wrongPassword(username: String)
        /// The client is this account now. The parser may accept longer stanzas.
        case authenticated(username: String)
        /// Make a resource, this one if it is free; answer with ``ClientStream/bound(_:)``.
        case bind(resource: String?)
        /// Turn stream management on; answer with ``ClientStream/enabled(_:)``.
        case enable(isResumable: Bool, maximumSeconds: Int?)
        /// Take up an earlier stream of this account; answer with ``ClientStream/resumed(_:)``.
        case resume(previousID: String, handled: UInt32)
        /// A stanza of the bound client, stamped with its full address. To be counted.
        case stanza(Stanza)
        /// A stanza that was dealt with here. To be counted like any other; the reply is a stanza too.
        case handled(reply: [UInt8]?)
        /// The client has this many of our stanzas.
        case acknowledged(UInt32)
        /// The client asks how many of its stanzas we have.
        case acknowledgementRequested
        /// XEP-0352: whether somebody looks at the client.
        case clientState(isActive: Bool)
        /// Close the connection when everything written has gone out. Carries what went wrong, if anything did.
        case close(StreamError?)
    }

    /// Where the stream is, for deadlines and for the parser's limits.
    package enum Phase: Equatable, Sendable {
        case securing
        case authenticating
        case binding
        case bound
        case closed
    }

    enum State: Sendable {
        case awaitingHeader(Stage)
        /// STARTTLS is offered, and nothing else.
        case securing
        case handshaking
        case choosingMechanism
        case authenticating(SASLNegotiation)
        case binding(account: JID)
        case awaitingBinding(account: JID, requestID: String)
        case awaitingResumption(account: JID, previousID: String)
        case bound(JID, isManaged: Bool)
        case awaitingManagement(JID)
        case closed
    }

    /// Which of its three streams (RFC 6120 §4.3.3) the client has to open.
    enum Stage: Sendable {
        case plaintext
        case encrypted
        case authenticated(JID)
    }

    var state: State
    let configuration: Configuration
    /// This many bytes that nobody can predict.
    let random: @Sendable (Int) -> [UInt8]
    /// Attempts to authenticate that were refused.
    package internal(set) var failedAttempts = 0
    private var hasSentHeader = false

    /// - Parameters:
    ///   - configuration: what to serve.
    ///   - isEncrypted: whether TLS came first (XEP-0368).
    ///   - random: gives so many bytes that nobody can predict.
    package init(_ configuration: Configuration, isEncrypted: Bool, random: @escaping @Sendable (Int) -> [UInt8]) {
        self.configuration = configuration
        self.random = random
        self.state = .awaitingHeader(isEncrypted ? .encrypted : .plaintext)
    }
}

// MARK: - Where it is

extension ClientStream {
    /// See ``Phase``.
    package var phase: Phase {
        switch state {
        case .awaitingHeader(let stage):
            switch stage {
            case .plaintext: .securing
            case .encrypted: .authenticating
            case .authenticated: .binding
            }
        case .securing, .handshaking: .securing
        case .choosingMechanism, .authenticating: .authenticating
        case .binding, .awaitingBinding, .awaitingResumption: .binding
        case .bound, .awaitingManagement: .bound
        case .closed: .closed
        }
    }

    /// A question is open: no event may be taken from the parser.
    package var isWaitingForAnswer: Bool {
        switch state {
        case .authenticating(let negotiation): negotiation.isWaitingForAnswer
        case .handshaking, .awaitingBinding, .awaitingResumption, .awaitingManagement: true
        case .awaitingHeader, .securing, .choosingMechanism, .binding, .bound, .closed: false
        }
    }
}

// MARK: - Events

extension ClientStream {
    /// The parser has an event.
    ///
    /// - Parameters:
    ///   - event: what came.
    ///   - unread: the parser's `bufferedByteCount` after it, which must be nothing when TLS begins.
    /// - Returns: what to do.
    package mutating func received(_ event: XMLStreamEvent, unread: Int) -> [Action] {
        switch event {
        case .opened(let header): opened(header)
        case .element(let element): received(element, unread: unread)
        case .closed: close()
        }
    }

    /// The parser refused what the client sent.
    package mutating func refused(_ error: XMLError) -> [Action] {
        fail(StreamError(error))
    }

    /// Ends the stream with an error, of the peer's or of ours (`system-shutdown`, `connection-timeout`, `conflict` …).
    package mutating func fail(_ error: StreamError) -> [Action] {
        end(error)
    }

    /// Ends the stream in good order; also the answer to the client's own end.
    package mutating func close() -> [Action] {
        end(nil)
    }

    private mutating func end(_ error: StreamError?) -> [Action] {
        let canSpeak: Bool
        switch state {
        case .closed: return []
        // Nothing can be said in the middle of a handshake.
        case .handshaking: canSpeak = false
        // An error must be inside a stream (RFC 6120 §4.9.1.2); an end without one needs no beginning.
        case .awaitingHeader: canSpeak = error != nil
        case .securing, .choosingMechanism, .authenticating, .binding, .awaitingBinding, .awaitingResumption, .bound,
            .awaitingManagement:
            canSpeak = true
        }
        state = .closed
        guard canSpeak else { return [.close(error)] }
        var bytes = hasSentHeader ? [] : header(to: nil)
        bytes += error?.bytes ?? []
        bytes += Array("</stream:stream>".utf8)
        return [.write(bytes), .close(error)]
    }

    private mutating func received(_ element: Element, unread: Int) -> [Action] {
        switch state {
        case .securing: receivedWhileSecuring(element, unread: unread)
        case .choosingMechanism: receivedWhileChoosing(element)
        case .authenticating(let negotiation): received(element, in: negotiation)
        case .binding(let account): received(element, bindingFor: account)
        case .bound(let address, let isManaged): received(element, boundAs: address, isManaged: isManaged)
        case .awaitingHeader: fail(StreamError(.badFormat))
        case .handshaking, .awaitingBinding, .awaitingResumption, .awaitingManagement:
            fail(StreamError(.policyViolation, text: "Wait for the answer."))
        case .closed: []
        }
    }
}

// MARK: - Opening

extension ClientStream {
    /// The client opened a stream (RFC 6120 §4.7).
    private mutating func opened(_ header: StreamHeader) -> [Action] {
        guard case .awaitingHeader(let stage) = state else { return fail(StreamError(.badFormat)) }
        let answer = self.header(to: header.from)
        hasSentHeader = true
        if let error = objection(to: header) {
            return [.write(answer)] + fail(error)
        }
        switch stage {
        case .plaintext:
            state = .securing
            return [.write(answer + StreamFeatures.startTLS)]
        case .encrypted:
            state = .choosingMechanism
            return [.write(answer + StreamFeatures.mechanisms(configuration.mechanisms))]
        case .authenticated(let account):
            state = .binding(account: account)
            return [.write(answer + StreamFeatures.afterAuthentication(configuration.furtherFeatures))]
        }
    }

    private func objection(to header: StreamHeader) -> StreamError? {
        guard header.namespace == "\(Namespace.streams)", header.defaultNamespace == "\(Namespace.client)" else {
            return StreamError(.invalidNamespace)
        }
        guard header.name == "stream" else { return StreamError(.badFormat) }
        guard let to = header.to.flatMap(JID.init), to.local == nil, !to.isFull, to.isAt(domain: configuration.domain)
        else { return StreamError(.hostUnknown) }
        // Before 1.0 there are no features; above it we stay at ours (§4.7.5).
        guard let major = header.version?.split(separator: ".").first.flatMap({ Int($0) }), major >= 1 else {
            return StreamError(.unsupportedVersion)
        }
        return nil
    }

    /// Our own header. A client's `from` comes back to it if it is an address.
    private func header(to peer: String?) -> [UInt8] {
        StreamHeader(
            to: peer.flatMap(JID.init)?.description, from: configuration.domain, id: Hex.encode(random(16)),
            version: "1.0", lang: "en"
        ).serialized
    }

    /// A new stream begins on the same connection.
    mutating func awaitHeader(_ stage: Stage) {
        hasSentHeader = false
        state = .awaitingHeader(stage)
    }
}
