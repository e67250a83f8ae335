// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Wire
import XMPP

/// Answers to what clients ask of the server. Rare beside messages, so written for reading: one request at a time per
/// session, off the event loops.
extension Services {
    /// Answers an IQ request. - Returns: stanzas for the asking session, the answer last.
    func answer(_ stanza: Stanza, of account: Account, session: SessionHandle) async -> [[UInt8]] {
        do throws(StanzaError) {
            return try await respond(to: stanza, of: account, session: session)
        } catch {
            return [stanza.error(error)].compactMap { $0 }
        }
    }

    private func respond(
        to stanza: Stanza, of account: Account, session: SessionHandle
    ) async throws(StanzaError) -> [[UInt8]] {
        switch try IQRequest(stanza, owner: account.address) {
        case .route(let to):
            return try await route(stanza, to: to)
        case .roster(let request):
            return try await answer(request, to: stanza, of: account, session: session)
        case .discoInfo(let target, let node):
            return [try discoInfo(stanza, target: target, node: node)]
        case .discoItems(let target, let node):
            guard case .contact = target else {
                return [stanza.result { DiscoItems().write(node: node, into: &$0) }]
            }
            throw StanzaError(.serviceUnavailable)
        case .ping:
            return [stanza.result()]
        case .version:
            return [stanza.result { SoftwareVersion(version: Self.version).write(into: &$0) }]
        case .time:
            return [stanza.result { EntityTime.write(now: now, into: &$0) }]
        case .archiveForm:
            return [stanza.result { Archive.writeForm(into: &$0) }]
        case .archiveQuery(let query):
            return try await answer(query, to: stanza, of: account, session: session)
        case .archiveMetadata:
            let metadata = try await stored { snapshot throws(StoreError) in
                try snapshot.archiveMetadata(of: account)
            }
            return [stanza.result { metadata.write(into: &$0) }]
        case .archivePreferences:
            return [stanza.result { ArchivePreferences.fixed.write(into: &$0) }]
        case .carbons(let isOn):
            account.withState { $0.resources.update(session.resource) { $0.hasCarbons = isOn } }
            return [stanza.result()]
        case .blocking(let request):
            return try await answer(request, to: stanza, of: account, session: session)
        case .vcard(let owner):
            return [try await vcard(of: owner, for: stanza)]
        case .setVCard(let card):
            try await keep(.vCard, Kept(name: [], value: card.bytes), of: account)
            return [stanza.result()]
        case .privateData(let key):
            let stored = try await stored { snapshot throws(StoreError) in
                try snapshot.kept(.privateXML, name: key.stored, owner: account.person)
            }
            return [stanza.result { key.write(stored.map(OpaquePayload.init(stored:)), into: &$0) }]
        case .setPrivateData(let key, let payload):
            try await keep(.privateXML, Kept(name: key.stored, value: payload.bytes), of: account)
            return [stanza.result()]
        }
    }

    private func discoInfo(_ stanza: Stanza, target: IQRequest.Target, node: String?) throws(StanzaError) -> [UInt8] {
        let info: DiscoInfo
        switch target {
        case .account: info = .account
        case .server: info = serverInfo
        case .contact: throw StanzaError(.serviceUnavailable)
        }
        guard node == nil || node == serverInfo.capabilitiesNode else { throw StanzaError(.itemNotFound) }
        return stanza.result { info.write(node: node, into: &$0) }
    }

    private func vcard(of owner: JID, for stanza: Stanza) async throws(StanzaError) -> [UInt8] {
        guard !owner.isNumberLike, let name = owner.local, let account = await account(named: name) else {
            throw StanzaError(.serviceUnavailable)
        }
        let card = try await stored { snapshot throws(StoreError) in
            try snapshot.kept(.vCard, name: [], owner: account.person)
        }
        guard card != nil || owner == stanza.from?.bare else { throw StanzaError(.serviceUnavailable) }
        return stanza.result { VCard.write(card.map(OpaquePayload.init(stored:)), into: &$0) }
    }

    private func keep(_ kind: KeptKind, _ kept: Kept, of account: Account) async throws(StanzaError) {
        try await changed { transaction throws(StoreError) in
            try transaction.keep(kind, kept, owner: account.person)
        }
    }

    /// A request to somebody's resource here, or to another server.
    private func route(_ stanza: Stanza, to: JID) async throws(StanzaError) -> [[UInt8]] {
        guard to.isAt(domain: domain.domain) else { throw StanzaError(.remoteServerNotFound) }
        // The same answer whoever's number it is, or nobody's.
        guard !to.isNumberLike, let from = stanza.from, let name = to.local, let resource = to.resource,
            let account = await account(named: name), !account.blocks(from), let session = account.session(resource)
        else { throw StanzaError(.serviceUnavailable) }
        let bytes = stanza.forwarded(from: from, to: to)
        session.post { $0.send(bytes) }
        return []
    }
}

// MARK: - The store's errors as answers

extension Services {
    /// Reads off the event loops.
    func stored<R: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> R
    ) async throws(StanzaError) -> R {
        do throws(StoreError) {
            return try await store.read(body)
        } catch {
            throw error.answer
        }
    }

    /// Changes, durable when this returns.
    func changed<R: Sendable>(
        _ body: @escaping @Sendable (Transaction) throws(StoreError) -> R
    ) async throws(StanzaError) -> R {
        do throws(StoreError) {
            return try await store.write(body)
        } catch {
            throw error.answer
        }
    }
}

extension StoreError {
    /// What a client is told.
    var answer: StanzaError {
        switch self {
        case .limit: StanzaError(.resourceConstraint, text: description)
        case .noSuchPerson, .denied(.erased): StanzaError(.itemNotFound)
        case .conflict, .nameTaken: StanzaError(.conflict)
        case .denied: StanzaError(.notAllowed, text: description)
        case .disk, .stopped, .inUse, .missing, .exists, .newerSchema, .damaged, .wrongRegionKey, .foreignKeys,
            .unknownKeys, .notDurable, .logAhead, .logContradicted, .logDamaged, .logUnwritable, .missingTerms,
            .alteredTerms, .badTerms, .sameTerms, .notMigrated, .halfMigrated, .exposed:
            StanzaError(.internalServerError, kind: .wait, text: "The server can't reach its store; try again later.")
        }
    }
}

extension PrivateKey {
    /// What a private element is kept by.
    fileprivate var stored: [UInt8] { Array("\(namespace) \(name)".utf8) }
}
