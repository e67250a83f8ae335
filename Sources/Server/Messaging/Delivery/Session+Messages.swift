// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Wire
import XMPP

/// Messages that this session's client sends: where to, stored, delivered, acknowledged; in this order.
extension Session {
    func accept(message stanza: Stanza, _ ticket: Ticket) {
        let to = stanza.to ?? account.address
        if to.isAt(domain: services.networkDomain), to.isNumberLike { return acceptText(stanza, toNumber: to, ticket) }
        guard to.isAt(domain: services.domain.domain) else {
            return refuse(
                stanza, ticket,
                StanzaError(.remoteServerNotFound, text: "This server doesn't talk to other servers yet."))
        }
        guard let name = to.local else { return talk(stanza, ticket) }
        guard !to.isNumberLike else { return acceptText(stanza, toNumber: to, ticket) }
        if let recipient = services.accounts.known(name) {
            return send(stanza, ticket, to: recipient)
        }
        later { [services] in
            await services.account(named: name)
        } then: { session, recipient in
            if let recipient {
                session.send(stanza, ticket, to: recipient)
            } else {
                session.bounceFromNobody(stanza, ticket)
            }
        }
    }

    /// The answer of an address that nobody has.
    private func bounceFromNobody(_ stanza: Stanza, _ ticket: Ticket) {
        guard case .bounce(let condition) = MessageRules.deliveryToNobody(type: stanza.type).outcome else {
            return finish(ticket)
        }
        refuse(stanza, ticket, StanzaError(condition))
    }

    /// A message to a person, by address.
    private func send(_ stanza: Stanza, _ ticket: Ticket, to recipient: Account) {
        if account.blocks(stanza.to ?? account.address) { return refuse(stanza, ticket, BlockingRules.outbound) }
        if recipient.blocks(address) { return refuseAsBlocked(stanza, ticket) }
        services.wrote(account, to: recipient.address, of: recipient)
        if let face = services.knownFace(of: account, towards: recipient) {
            return send(stanza, ticket, to: recipient, face: face)
        }
        later { [services, account] in
            await services.face(of: account, towards: recipient)
        } then: { session, face in
            session.send(stanza, ticket, to: recipient, face: face)
        }
    }

    /// `face` is which of the sender's addresses the recipient sees.
    private func send(_ stanza: Stanza, _ ticket: Ticket, to recipient: Account, face: JID) {
        let owners = [account.address, recipient.address, services.domain]
        let to = stanza.to ?? account.address
        let sent = StoredMessage(stanza, from: address, to: to, owners: owners)
        // A person may block either of the addresses that they know somebody by.
        if recipient.blocks(face) { return refuseAsBlocked(stanza, ticket) }
        var received = sent
        if face != account.address {
            received.from = ((try? face.with(resource: resource)) ?? face).description
            received.senderAddress = address.description
        }
        send(
            Envelope(
                sender: account, senderResource: resource, recipient: recipient, recipientResource: to.resource,
                type: stanza.type, content: MessageContent(stanza.element), sent: sent, received: received),
            stanza, ticket)
    }

    /// To somebody who blocks, one looks like nobody (XEP-0191 §3.2).
    private func refuseAsBlocked(_ stanza: Stanza, _ ticket: Ticket) {
        guard case .bounce(let condition) = BlockingRules.inbound(kind: .message, type: stanza.type) else {
            return finish(ticket)
        }
        refuse(stanza, ticket, StanzaError(condition))
    }

    /// Stores a message for both sides if it is of a kind that is kept, and hands it on.
    func send(_ envelope: Envelope, _ stanza: Stanza, _ ticket: Ticket) {
        guard envelope.content.storage(type: envelope.type) != .never else {
            return pass(envelope, stanza, ticket)
        }
        let (handle, services, received) = (handle, services, services.now.milliseconds)
        services.store.writer.store(text(of: envelope, stanza), mark: mark(for: ticket)) { result in
            switch result {
            case .success(.stored(let sender, let recipient)):
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

    /// Hands a message on that isn't stored. Behind stored ones on their way to the disk it goes through the writer as
    /// well, or it would change places with them.
    private func pass(_ envelope: Envelope, _ stanza: Stanza, _ ticket: Ticket) {
        guard inbound.pendingCount > 1 else {
            let condition = Router.unstored(envelope)
            return condition.map { refuse(stanza, ticket, StanzaError($0)) } ?? finish(ticket)
        }
        let handle = handle
        services.store.writer.perform { _ in
        } then: { result in
            guard case .success = result else { return }
            let condition = Router.unstored(envelope)
            handle.post { session in
                condition.map { session.refuse(stanza, ticket, StanzaError($0)) } ?? session.finish(ticket)
            }
        }
    }

    /// Both sides' rows. A note to oneself is one row.
    func text(of envelope: Envelope, _ stanza: Stanza) -> Text {
        let payload = envelope.sent.encoded
        // Both keep the same, unless the recipient sees a number.
        let isShared = envelope.received == envelope.sent
        let recipient = Text.Copy(
            owner: envelope.recipient.person, correspondent: envelope.received.correspondent(isSender: false),
            payload: isShared ? payload : envelope.received.encoded, pending: true)
        let isToSelf = envelope.recipient.person == account.person
        let sender = Text.Copy(
            owner: account.person, correspondent: envelope.sent.correspondent(isSender: true), payload: payload,
            pending: false)
        var text = Text(
            sender: isToSelf ? nil : sender, recipient: recipient,
            repeatKey: isToSelf ? nil : repeatKey(envelope.content, envelope.sent, stanza))
        if !envelope.received.senderAddress.isEmpty { text.byNumberOf.append(account.person) }
        if stanza.to?.isNumberLike == true { text.byNumberOf.append(envelope.recipient.person) }
        return text
    }

    /// What would make another stanza the same one again; nil if nothing does.
    func repeatKey(_ content: MessageContent, _ sent: StoredMessage, _ stanza: Stanza) -> Text.RepeatKey? {
        let originID = content.originID
        guard let id = originID ?? stanza.id else { return nil }
        guard originID != nil || followsBrokenSession else { return nil }
        return Text.RepeatKey(
            to: Array(sent.to.utf8), id: Array(id.utf8), payload: sent.content,
            isOriginID: originID != nil, afterBrokenSession: followsBrokenSession)
    }

    /// The store didn't take it. What was denied is answered; a disk that refuses is never acknowledged, now or later.
    ///
    /// A yes that ended between the decision and its commit makes for another decision: the message begins anew.
    func failed(_ stanza: Stanza, _ ticket: Ticket, _ error: StoreError) {
        if error.isDecidedAnew {
            decide(anew: ticket)
            return accept(message: stanza, ticket)
        }
        if !error.isFatal { refuse(stanza, ticket, error.answer) }
    }

    // MARK: Answers

    /// Answers with an error, in its turn.
    func refuse(_ stanza: Stanza, _ ticket: Ticket, _ error: StanzaError) {
        finish(ticket) { $0.answer(stanza, error) }
    }

    func answer(_ stanza: Stanza, _ error: StanzaError) {
        if let bytes = stanza.error(error, from: stanza.to ?? account.address, isEchoing: false) { send(bytes) }
    }
}

extension StoredMessage {
    /// The bare address of the other side, by which the archive finds the row.
    func correspondent(isSender: Bool) -> [UInt8] {
        let other = isSender ? to : from
        return Array(other.utf8.prefix { $0 != UInt8(ascii: "/") })
    }
}
