// SPDX-License-Identifier: Apache-2.0

import DequeModule
import NIOCore
import Wire
import XMPP

/// One bound resource of a person: what it sent and how far that is done, what it was sent and how far it said so.
///
/// Lives on one event loop for good. Its connection may be lost and another take its place (XEP-0198 §5), on another
/// loop too; the session stays.
final class Session {
    /// Done when the stanza of its ticket, and all before it, are done.
    typealias Effect = () -> Void

    let id = SessionID.random()
    let account: Account
    let resource: String
    /// The full address.
    let address: JID
    let services: Services
    let mailbox: Mailbox

    var connection: ConnectionHandle?
    var inbound = InboundLedger<Effect>()
    /// Stanzas accepted before the peer enabled stream management don't count towards its `h`.
    var inboundBase: UInt32 = 0
    var management: Management?
    var feed = Feed()
    var pings = PingAcknowledgement()
    /// Stanzas that wait for a slow request of the same session to be answered.
    private var waiting: Deque<Stanza> = []
    private var isBusy = false
    /// Stanzas handed to the store and not committed yet.
    private var uncommitted = 0
    private(set) var isEnded = false

    /// Stream management, once enabled.
    struct Management {
        var outbound: OutboundQueue
        let isResumable: Bool
        var expiry: Scheduled<Void>?
    }

    /// Beyond these, the peer isn't read until the work is done.
    private static let waitingLimit = 32
    private static let uncommittedLimit = 256

    init(account: Account, resource: String, address: JID, services: Services, mailbox: Mailbox) {
        self.account = account
        self.resource = resource
        self.address = address
        self.services = services
        self.mailbox = mailbox
    }

    var handle: SessionHandle { SessionHandle(self, mailbox: mailbox) }

    // MARK: From the peer

    /// A stanza came, `from` checked and stamped.
    func receive(_ stanza: Stanza) {
        guard !isEnded else { return }
        guard !isBusy else {
            waiting.append(stanza)
            if waiting.count >= Self.waitingLimit { connection?.setReading(false) }
            return
        }
        process(stanza)
    }

    private func process(_ stanza: Stanza) {
        let ticket = inbound.accept()
        switch stanza.kind {
        case .message:
            accept(message: stanza, ticket)
        case .presence, .iq:
            if stanza.isForAnotherResource(of: services.domain.domain) {
                finish(ticket) { [self] in services.router.routeUnstored(stanza, from: self) }
            } else {
                slowly(ticket) { [services, account, handle] in
                    await services.requests.answer(stanza, of: account, session: handle)
                }
            }
        }
    }

    /// Runs a slow request off the loop; the session's next stanza waits for it.
    func slowly(_ ticket: Ticket, _ work: @escaping @Sendable () async -> [Reply]) {
        isBusy = true
        let handle = handle
        Task {
            let replies = await work()
            handle.post { session in
                for reply in replies { session.send(reply) }
                session.finish(ticket)
                session.proceed()
            }
        }
    }

    private func proceed() {
        isBusy = false
        while !isBusy, !isEnded, let stanza = waiting.popFirst() { process(stanza) }
        if waiting.isEmpty, uncommitted < Self.uncommittedLimit { connection?.setReading(true) }
    }

    // MARK: Tickets

    /// The stanza of this ticket was handed to the store.
    func submitted() {
        uncommitted += 1
        if uncommitted == Self.uncommittedLimit { connection?.setReading(false) }
    }

    /// The store has committed, or refused, what ``submitted()`` announced.
    func settled(_ ticket: Ticket, _ effect: Effect? = nil) {
        uncommitted -= 1
        if uncommitted == Self.uncommittedLimit / 2, waiting.isEmpty { connection?.setReading(true) }
        finish(ticket, effect)
    }

    /// Everything about the stanza is done; effects run in the order of their stanzas.
    func finish(_ ticket: Ticket, _ effect: Effect? = nil) {
        for effect in inbound.complete(ticket, releasing: effect) { effect() }
        if inbound.isAcknowledgementDue { acknowledge() }
    }

    /// How many of the peer's stanzas are done, all before them included (XEP-0198 §4); what the peer may forget.
    var handled: UInt32 { inbound.handled &- inboundBase }
}
