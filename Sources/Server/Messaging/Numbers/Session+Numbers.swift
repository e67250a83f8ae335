// SPDX-License-Identifier: Apache-2.0

import Consent
import Numbers
import Store
import Wire
import XMPP

/// Texts that this session's client sends to numbers.
extension Session {
    /// A message to a number alias. Under `sms.` of the domain it leaves by SMS, whoever the number belongs to.
    func acceptText(_ stanza: Stanza, toNumber to: JID, _ ticket: Ticket) {
        guard stanza.type == .chat || stanza.type == .normal else {
            return stanza.type == .groupchat ? refuse(stanza, ticket, NumberAnswers.textsOnly) : finish(ticket)
        }
        guard let alias = to.numberAlias, let number = E164(digits: alias.dropFirst()) else {
            return refuse(stanza, ticket, NumberAnswers.notANumber)
        }
        if account.blocks(to) { return refuse(stanza, ticket, BlockingRules.outbound) }
        let content = MessageContent(stanza.element)
        let byNetwork = !to.isAt(domain: services.domain.domain)
        later { [services, account, address] in
            await services.target(of: number, from: account, address: address, content: content, byNetwork: byNetwork)
        } then: { session, target in
            switch target {
            case .person(let recipient, let face, let fallback):
                session.send(stanza, ticket, content, to: recipient, by: number, face: face, fallback: fallback)
            case .sms(let route):
                session.text(stanza, ticket, content, to: number, by: route)
            case .refused(let error):
                // What nobody would miss is dropped without a word: typing, receipts, markers.
                let isText = content.traits.contains(.body) || content.isEncrypted
                if isText { session.refuse(stanza, ticket, error) } else { session.finish(ticket) }
            }
        }
    }

    /// Over IP to a person who can be reached by the number.
    private func send(
        _ stanza: Stanza, _ ticket: Ticket, _ content: MessageContent, to recipient: Account, by number: E164,
        face: JID, fallback: Route?
    ) {
        guard let to = stanza.to else { return finish(ticket) }
        services.wrote(account, to: to.bare, of: recipient)
        let owners = [account.address, recipient.address, services.domain]
        let shown = (try? face.with(resource: resource)) ?? face
        let addressed = to.resource.flatMap { try? recipient.address.with(resource: $0) } ?? recipient.address
        var received = StoredMessage(stanza, from: shown, to: addressed, owners: owners)
        if face != account.address { received.senderAddress = address.description }
        let envelope = Envelope(
            sender: account, senderResource: resource, recipient: recipient, recipientResource: to.resource,
            type: stanza.type, content: content, sent: StoredMessage(stanza, from: address, to: to, owners: owners),
            received: received)
        guard let fallback, let body = MessageContent.body(of: stanza.element) else {
            return send(envelope, stanza, ticket)
        }
        send(envelope, stanza, ticket, fallback: Fallback(route: fallback, number: number, body: body))
    }

    /// Stores a text together with the SMS that leaves if nobody acknowledges it in time.
    private func send(_ envelope: Envelope, _ stanza: Stanza, _ ticket: Ticket, fallback: Fallback) {
        guard envelope.content.storage(type: envelope.type) != .never else { return send(envelope, stanza, ticket) }
        let text = text(of: envelope, stanza)
        let (services, person, handle, received) = (services, account.person, handle, services.now.milliseconds)
        let recipient = envelope.recipient.person
        let grace = Int64(services.configuration.sms.graceSeconds) * 1_000
        services.store.writer.perform(
            storesFor: [person, envelope.recipient.person], mark: mark(for: ticket)
        ) { transaction throws(StoreError) -> Stored in
            let stored = try transaction.store(text)
            if case .stored(_, let row?) = stored {
                try services.texting.queue(
                    fallback.body, to: fallback.number, by: fallback.route, due: transaction.now + grace, message: row,
                    standingInFor: recipient, owner: person, in: transaction)
                services.fallbacks.add(row.rawValue, of: person)
            }
            return stored
        } then: { result in
            switch result {
            case .success(.stored(let sender, let recipient)):
                services.metrics.text(.queued)
                services.stored(sender, recipient, received: received)
                Router.committed(envelope, sender: sender, recipient: recipient)
                handle.post { $0.finish(ticket, storedAs: sender ?? recipient) }
            case .success(.repeated):
                handle.post { $0.finish(ticket) }
            case .failure(let error):
                handle.post { $0.failed(stanza, ticket, error) }
            }
        }
    }

    /// Out by SMS.
    private func text(_ stanza: Stanza, _ ticket: Ticket, _ content: MessageContent, to number: E164, by route: Route) {
        guard let to = stanza.to, let body = MessageContent.body(of: stanza.element), !body.isEmpty else {
            return finish(ticket)
        }
        let sent = StoredMessage(stanza, from: address, to: to, owners: [account.address, services.domain])
        let text = Text(
            sender: Text.Copy(
                owner: account.person, correspondent: sent.correspondent(isSender: true), payload: sent.encoded,
                pending: false, isSMS: true),
            recipient: nil, repeatKey: repeatKey(content, sent, stanza))
        let (services, account, handle, resource, type) = (services, account, handle, resource, stanza.type)
        let received = services.now.milliseconds
        services.store.writer.perform(
            storesFor: [account.person], mark: mark(for: ticket)
        ) { transaction throws(StoreError) -> Stored in
            let stored = try transaction.store(text)
            if case .stored(let row?, _) = stored {
                try services.texting.queue(
                    body, to: number, by: route, due: transaction.now, message: row, owner: account.person,
                    in: transaction)
            }
            return stored
        } then: { result in
            switch result {
            case .success(let stored):
                guard case .stored(let row, _) = stored else { return handle.post { $0.finish(ticket) } }
                services.metrics.text(.queued)
                services.stored(row, nil, received: received)
                Router.copySent(sent, row: row, of: account, resource: resource, to: to, type, content)
                handle.post { $0.finish(ticket, storedAs: row) }
            case .failure(let error):
                handle.post { $0.failed(stanza, ticket, error) }
            }
        }
    }
}

/// The SMS that a text becomes when nobody acknowledges it in time.
struct Fallback: Sendable {
    let route: Route
    let number: E164
    let body: String
}
