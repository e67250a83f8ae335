// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Wire
import XMPP

/// The chat with the server's own address.
extension Session {
    /// What a person writes to the server is answered and not kept: it may hold a number that has no yes yet.
    func talk(_ stanza: Stanza, _ ticket: Ticket) {
        guard stanza.type == .chat || stanza.type == .normal, let text = MessageContent.body(of: stanza.element) else {
            return finish(ticket)
        }
        let (services, account, resource) = (services, account, resource)
        later {
            for sentence in await services.chat(text, by: account) {
                await services.say(sentence, to: account, resource: resource)
            }
        } then: { session, _ in
            session.finish(ticket)
        }
    }
}

extension Services {
    /// Sends a person a message from the server itself, stored like any other until a client has it.
    /// `resource` is who asked; it gets the answer even if it takes no other messages.
    func say(_ text: String, to account: Account, resource: String? = nil) async {
        let message = StoredMessage(saying: text, from: domain, to: account.address)
        let copy = message.copy(for: account.person)
        let envelope = Envelope(saying: message, to: account, resource: resource)
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            store.writer.store(Text(sender: nil, recipient: copy, repeatKey: nil)) { result in
                if case .success(.stored(_, let row)) = result {
                    Router.committed(envelope, sender: nil, recipient: row)
                }
                done.resume()
            }
        }
    }
}

extension StoredMessage {
    /// A message of the server's own.
    init(saying text: String, from domain: JID, to address: JID) {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.element(QName(Namespace.client, "body"), text: text)
        self.init(
            from: domain.description, to: address.description, type: "chat", id: Hex.encode(Randomness.bytes(8)),
            language: "en", content: writer.finish())
    }

    /// The row of the person it is for, waiting for a client of theirs.
    func copy(for person: PersonID) -> Text.Copy {
        Text.Copy(owner: person, correspondent: correspondent(isSender: false), payload: encoded, pending: true)
    }
}

extension Envelope {
    /// A message of the server's own on its way.
    init(saying message: StoredMessage, to account: Account, resource: String? = nil) {
        self.init(
            sender: nil, senderResource: nil, recipient: account, recipientResource: resource, type: .chat,
            content: MessageContent(traits: .body), sent: message, received: message)
    }
}
