// SPDX-License-Identifier: Apache-2.0

import Consent
import Numbers
import Store
import Wire
import XMPP

/// What the phone network says, as messages in the chats it belongs to.
struct PhoneNetworkEvents: TextingEvents {
    let services: Services

    // MARK: Outcomes of texts that went out

    /// Delivered is a receipt (XEP-0184) from the number; failed and unknown are an error with the reason.
    func changed(_ change: OutgoingChange) async {
        if let state = TextLabel(change.state) { services.metrics.text(state) }
        guard let message = change.message else { return }
        services.fallbacks.forget(message.rawValue)
        if change.reason == .staleTerms { return await services.tellUnsent(message, of: change.owner) }
        // That a text is out is told to nobody: its message needn't be looked up.
        guard change.state.isFinal || change.state == .unknown else { return }
        guard let account = await services.accounts.load(change.owner),
            let original = await original(message, to: change.number, of: account)
        else { return }
        switch change.state {
        case .delivered:
            guard original.asksForReceipt, !original.id.isEmpty else { return }
            await deliver(receiptContent(original.id), traits: .receipt, type: "", from: original.to, to: account)
        case .failed, .unknown:
            let error = (change.reason ?? .unanswered).stanzaError
            var writer = XMLWriter(defaultNamespace: Namespace.client)
            error.write(into: &writer)
            await deliver(
                writer.finish(), traits: [], type: "error", from: original.to, to: account, id: original.id)
        case .waiting, .sending, .submitted:
            break
        }
    }

    /// The sender's copy of a text: their last row up to the given one, as the recipient's copy comes right after it.
    private func original(_ message: ArchiveID, to number: OpenedNumber, of account: Account) async -> StoredMessage? {
        var query = Store.ArchiveQuery()
        query.before = ArchiveID(rawValue: message.rawValue + 1)
        query.isLastPage = true
        query.max = 1
        let page = try? await services.store.read { [query] snapshot throws(StoreError) in
            try snapshot.archive(of: account.person, query)
        }
        let copy = page?.rows.last.flatMap { StoredMessage(encoded: $0.payload) }
        return copy.flatMap { copy in
            copy.to.utf8.first == UInt8(ascii: "+")
                && number.isEqual(to: copy.to.utf8.dropFirst().prefix { $0 != UInt8(ascii: "@") }) ? copy : nil
        }
    }

    private func receiptContent(_ id: String) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.start(QName(Namespace.receipts, "received"))
        writer.attribute("id", id)
        writer.end()
        return writer.finish()
    }

    private func deliver(
        _ content: [UInt8], traits: MessageContent.Traits, type: String, from: String, to account: Account,
        id: String = Hex.encode(Randomness.bytes(8))
    ) async {
        let message = StoredMessage(
            from: from.bareAddress, to: account.address.description, type: type, id: id, language: "", content: content)
        _ = try? await store(message, for: account, traits: traits, isNew: { _ in true })
    }

    // MARK: Texts that come in

    func received(_ text: IncomingText) async throws {
        guard let account = await services.accounts.load(text.owner) else { throw StoreError.noSuchPerson }
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.element(QName(Namespace.client, "body"), text: text.text)
        let message = StoredMessage(
            from: sender(text.number), to: account.address.description, type: "chat",
            id: Hex.encode(Randomness.bytes(8)), language: "", content: writer.finish())
        try await store(message, for: account, traits: .body) { transaction throws(StoreError) in
            try text.isFirst(in: transaction)
        }
        services.metrics.textReceived()
    }

    /// SMS senders can be forged: what claims to come from a member's number never gets into the thread over IP.
    private func sender(_ number: E164) -> String {
        let vault = services.store.vault
        let member = vault.person(at: vault.index(Array(number.digits.utf8)))
        let isMember = member.map { (try? vault.allows(.numberTexting, for: $0).get()) != nil } ?? false
        return "+\(number.digits)@\(isMember ? "sms." : "")\(services.domain.domain)"
    }

    /// Stores a message of an SMS conversation and hands it on. Durable when this returns.
    private func store(
        _ message: StoredMessage, for account: Account, traits: MessageContent.Traits,
        isNew: @escaping @Sendable (Transaction) throws(StoreError) -> Bool
    ) async throws(StoreError) {
        let copy = Text.Copy(
            owner: account.person, correspondent: message.correspondent(isSender: false), payload: message.encoded,
            pending: true, isSMS: true)
        let received = services.now.milliseconds
        let stored = try await services.store.writer.perform(storesFor: [account.person]) {
            transaction throws(StoreError) -> Stored? in
            guard try isNew(transaction) else { return nil }
            return try transaction.store(Text(sender: nil, recipient: copy, repeatKey: nil))
        }
        guard case .stored(_, let row)? = stored else { return }
        services.stored(nil, row, received: received)
        let envelope = Envelope(
            sender: nil, senderResource: nil, recipient: account, recipientResource: nil,
            // By the rules of errors it would reach nobody: they belong to a resource, this one to the person.
            type: .normal, content: MessageContent(traits: traits), sent: message, received: message)
        Router.committed(envelope, sender: nil, recipient: row)
    }
}

extension StoredMessage {
    /// Whether the sender asked for a receipt (XEP-0184 §5.1).
    fileprivate var asksForReceipt: Bool {
        let wrapped = Array("<message xmlns='\(Namespace.client)'>".utf8) + content + Array("</message>".utf8)
        guard let element = try? Element(parsing: wrapped) else { return false }
        return MessageContent(element).traits.contains(.receiptRequest)
    }
}

extension String {
    /// Without a resource.
    fileprivate var bareAddress: String { String(prefix { $0 != "/" }) }
}
