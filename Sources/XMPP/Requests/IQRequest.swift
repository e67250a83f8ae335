import Wire

/// An IQ get or set of a client, read to the end: everything that the server answers itself, and what it passes on.
///
/// What isn't understood is thrown as the error to answer with, so that the session's code is one readable switch.
/// Binding and RFC 3921's session are the stream's matter and don't come here.
package enum IQRequest: Sendable {
    /// Not for the server: a full address, or another domain. Route it (RFC 6121 §8.5.3, RFC 6120 §10).
    case route(JID)

    case roster(RosterRequest)

    /// XEP-0030.
    case discoInfo(Target, node: String?)
    case discoItems(Target, node: String?)

    /// XEP-0199.
    case ping
    /// XEP-0092.
    case version
    /// XEP-0202.
    case time

    /// XEP-0313.
    case archiveForm
    case archiveQuery(ArchiveQuery)
    case archiveMetadata
    case archivePreferences

    /// XEP-0280: on or off.
    case carbons(Bool)
    case blocking(BlockingRequest)

    /// XEP-0054: whose card.
    case vcard(JID)
    case setVCard(OpaquePayload)
    /// XEP-0049.
    case privateData(PrivateKey)
    case setPrivateData(PrivateKey, OpaquePayload)

    /// Whom a request is for.
    package enum Target: Hashable, Sendable {
        /// The person's own account: no address, or the own bare one.
        case account
        /// The domain.
        case server
        /// Somebody else's account here, which may not exist: the answer must not tell.
        case contact(JID)
    }
}

extension IQRequest {
    /// Reads a request of the account `owner`, whose domain is the one that is served.
    ///
    /// Refused: `service-unavailable` for what nobody here understands (RFC 6120 §8.3.3.19), `not-allowed` and
    /// `forbidden` for what only another may ask, and whatever the payload's own rules refuse.
    package init(_ stanza: Stanza, owner: JID) throws(StanzaError) {
        guard stanza.kind == .iq, stanza.type == .get || stanza.type == .set, let payload = stanza.payload else {
            throw StanzaError(.badRequest)
        }
        let target: Target
        if let to = stanza.to {
            if to.isFull || !to.isAt(domain: owner.domain) {
                // A server has no resources: nobody but us could answer (RFC 6120 §10.5.2).
                guard to.local != nil || !to.isAt(domain: owner.domain) else { throw StanzaError(.serviceUnavailable) }
                self = .route(to)
                return
            }
            target = to.local == nil ? .server : to == owner.bare ? .account : .contact(to)
        } else {
            target = .account
        }
        let request =
            stanza.type == .get
            ? try Self.get(payload, target: target, owner: owner)
            : try Self.set(payload, target: target, owner: owner)
        guard let request else { throw StanzaError(.serviceUnavailable) }
        self = request
    }
}

// MARK: - Gets

extension IQRequest {
    /// `nil` for what isn't understood.
    private static func get(_ payload: Element, target: Target, owner: JID) throws(StanzaError) -> IQRequest? {
        if payload.matches(QName(Namespace.discoInfo, "query")) { return .discoInfo(target, node: payload["node"]) }
        if payload.matches(QName(Namespace.discoItems, "query")) { return .discoItems(target, node: payload["node"]) }
        switch target {
        case .account:
            if payload.matches(QName(Namespace.ping, "ping")) { return .ping }
            return try getOfAccount(payload, owner: owner) ?? getOfServer(payload)
        case .server:
            if payload.matches(Roster.queryName) { throw StanzaError(.forbidden) }
            return getOfServer(payload)
        case .contact(let contact):
            if payload.matches(Roster.queryName) { throw StanzaError(.forbidden) }
            return payload.matches(VCard.name) ? .vcard(contact) : nil
        }
    }

    private static func getOfAccount(_ payload: Element, owner: JID) throws(StanzaError) -> IQRequest? {
        if payload.matches(Roster.queryName) { return .roster(try RosterRequest(get: payload)) }
        if payload.matches(Archive.queryName) { return .archiveForm }
        if payload.matches(Archive.metadataName) { return .archiveMetadata }
        if payload.matches(ArchivePreferences.name) { return .archivePreferences }
        if payload.matches(QName(Namespace.blocking, "blocklist")) { return .blocking(.get) }
        if payload.matches(VCard.name) { return .vcard(owner.bare) }
        if payload.matches(PrivateKey.queryName) { return .privateData(try PrivateKey(try only(in: payload))) }
        return nil
    }

    private static func getOfServer(_ payload: Element) -> IQRequest? {
        if payload.matches(QName(Namespace.ping, "ping")) { return .ping }
        if payload.matches(QName(Namespace.version, "query")) { return .version }
        if payload.matches(QName(Namespace.time, "time")) { return .time }
        return nil
    }
}

// MARK: - Sets

extension IQRequest {
    /// `nil` for what isn't understood. Only one's own account can be changed.
    private static func set(_ payload: Element, target: Target, owner: JID) throws(StanzaError) -> IQRequest? {
        let request = try setOfAccount(payload, owner: owner)
        switch target {
        case .account: return request
        case .server:
            switch request {
            // Clients address these to the domain, too.
            case .carbons, .blocking: return request
            case nil: return nil
            default: throw StanzaError(.forbidden)
            }
        case .contact:
            if request != nil { throw StanzaError(.forbidden) }
            return nil
        }
    }

    private static func setOfAccount(_ payload: Element, owner: JID) throws(StanzaError) -> IQRequest? {
        if payload.matches(Roster.queryName) { return .roster(try RosterRequest(set: payload, owner: owner)) }
        if payload.matches(Archive.queryName) { return .archiveQuery(try ArchiveQuery(parsing: payload)) }
        if payload.matches(ArchivePreferences.name) {
            _ = try ArchivePreferences(parsing: payload)
            throw StanzaError(
                .notAllowed, text: "What is kept follows your consent. Write to the server's address to change it.")
        }
        if payload.matches(QName(Namespace.carbons, "enable")) { return .carbons(true) }
        if payload.matches(QName(Namespace.carbons, "disable")) { return .carbons(false) }
        if payload.matches(QName(Namespace.blocking, "block")) || payload.matches(QName(Namespace.blocking, "unblock"))
        {
            return .blocking(try BlockingRequest(set: payload, owner: owner))
        }
        if payload.matches(VCard.name) { return .setVCard(try OpaquePayload(payload)) }
        if payload.matches(PrivateKey.queryName) {
            let element = try only(in: payload)
            return .setPrivateData(try PrivateKey(element), try OpaquePayload(element))
        }
        return nil
    }

    /// The element's only child; `bad-request` if there is none or more.
    private static func only(in payload: Element) throws(StanzaError) -> Element {
        var children = payload.children.makeIterator()
        guard let child = children.next(), children.next() == nil else { throw StanzaError(.badRequest) }
        return child
    }
}
