// SPDX-License-Identifier: Apache-2.0

import Store
import Wire
import XMPP

/// A message between two ends, as each of them sees it.
struct Envelope: Sendable {
    /// Nil when it comes from the server itself or from the phone network.
    var sender: Account?
    /// The sender's resource: its other resources get copies.
    var senderResource: String?
    var recipient: Account
    /// The resource it was sent to, if the address was a full one.
    var recipientResource: String?
    var type: StanzaType
    var content: MessageContent
    /// What the sender keeps.
    var sent: StoredMessage
    /// What the recipient is shown.
    var received: StoredMessage
}

/// Hands messages to the sessions that should have them. Called on any thread; sessions are reached by mailbox.
enum Router {
    /// The rows of this message are committed: deliver, and copy to both sides' other resources.
    static func committed(_ envelope: Envelope, sender: ArchiveID?, recipient: ArchiveID?) {
        copySent(envelope, row: sender)
        let account = envelope.recipient
        guard let recipient else { return }
        let delivery = Delivery(
            row: recipient.rawValue,
            bytes: envelope.received.bytes(archiveID: recipient, owner: account.address))
        let (targets, direct, carbons) = decide(envelope)
        for session in targets {
            session.post { direct ? $0.deliverDirectly(delivery) : $0.deliver(delivery) }
        }
        copyReceived(delivery.bytes, envelope, to: carbons)
    }

    /// A message that isn't stored. - Returns: the error to answer with, if it can't be delivered and must be answered.
    static func unstored(_ envelope: Envelope) -> StanzaError.Condition? {
        copySent(envelope, row: nil)
        let account = envelope.recipient
        let delivery = account.withState { state in
            MessageRules.delivery(
                type: envelope.type, resource: envelope.recipientResource, content: envelope.content,
                resources: state.resources)
        }
        let bytes = envelope.received.bytes(archiveID: nil, owner: account.address)
        copyReceived(bytes, envelope, to: account.sessions(delivery.carbons))
        switch delivery.outcome {
        case .deliver(let names):
            for session in account.sessions(names) { session.post { $0.pass(bytes) } }
            return nil
        case .bounce(let condition):
            return condition
        case .hold, .drop:
            return nil
        }
    }

    private static func decide(
        _ envelope: Envelope
    ) -> (targets: [SessionHandle], isDirect: Bool, carbons: [SessionHandle]) {
        envelope.recipient.withState { state in
            let delivery = MessageRules.delivery(
                type: envelope.type, resource: envelope.recipientResource, content: envelope.content,
                resources: state.resources)
            let carbons = delivery.carbons.compactMap { state.sessions[$0] }
            guard case .deliver(let names) = delivery.outcome else { return ([], false, carbons) }
            let isDirect = envelope.recipientResource.map { names == [$0] } ?? false
            return (names.compactMap { state.sessions[$0] }, isDirect, carbons)
        }
    }

    // MARK: Carbons (XEP-0280)

    private static func copyReceived(_ bytes: [UInt8], _ envelope: Envelope, to sessions: [SessionHandle]) {
        let owner = envelope.recipient.address
        let type = envelope.type
        for session in sessions {
            session.post { session in
                session.send(Carbon.received.bytes(of: bytes, owner: owner, to: session.address, type: type))
            }
        }
    }

    private static func copySent(_ envelope: Envelope, row: ArchiveID?) {
        guard let sender = envelope.sender, let resource = envelope.senderResource else { return }
        copySent(
            envelope.sent, row: row, of: sender, resource: resource, to: envelope.recipient.address, envelope.type,
            envelope.content)
    }

    /// Copies a sent message to the sender's other resources.
    static func copySent(
        _ sent: StoredMessage, row: ArchiveID?, of sender: Account, resource: String, to recipient: JID,
        _ type: StanzaType, _ content: MessageContent
    ) {
        let sessions = sender.withState { state in
            content.sentCarbons(
                type: type, from: resource, of: sender.address, to: recipient, resources: state.resources
            ).compactMap { state.sessions[$0] }
        }
        guard !sessions.isEmpty else { return }
        let bytes = sent.bytes(archiveID: row, owner: sender.address)
        for session in sessions {
            session.post { session in
                session.send(Carbon.sent.bytes(of: bytes, owner: sender.address, to: session.address, type: type))
            }
        }
    }
}
