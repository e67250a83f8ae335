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
    typealias Effect = @Sendable (Session) -> Void
    typealias Ticket = InboundLedger<Effect>.Ticket

    let id = SessionID.random()
    let account: Account
    let resource: String
    /// The full address.
    let address: JID
    let services: Services
    let mailbox: Mailbox
    /// An earlier session of this resource ended without a goodbye: its client may send again what it doesn't know
    /// to have arrived.
    let followsBrokenSession: Bool

    var connection: ConnectionHandle?
    var inbound = InboundLedger<Effect>()
    var management: Management?
    var feed = Feed()
    /// The newest stored row that was handed to the client.
    var newestRow: Int64 = 0
    /// The oldest row for this very resource that found no room. Nobody else was given it.
    var leftRow: Int64?
    /// Messages that aren't stored, waiting behind stored ones that are still being read.
    var deferred: [[UInt8]] = []
    /// A client that waits to resume; nil tells it that it can't.
    var resumer: ((Session?) -> Void)?
    var pings = PingAcknowledgement()
    /// Stanzas that wait for a slow request of the same session to be answered.
    private var waiting: Deque<(Ticket, Stanza)> = []
    private var isBusy = false
    /// The client has gone for good: the session ends when what it said before is done (RFC 6120 §10.1).
    private(set) var isLeaving = false
    /// Stanzas whose text wasn't stored as it was decided, and that are decided anew.
    private(set) var undecided: [Ticket] = []
    private var requestCount = 0
    /// A question what the client has is on its way to the next round.
    var isQuestionScheduled = false
    /// Until then, questions are gathered.
    var quietUntil = NIODeadline.uptimeNanoseconds(0)
    var isEnded = false

    /// Beyond these, the peer isn't read until the work is done.
    static let waitingLimit = 32
    static let pendingLimit = 512
    static let pendingBytesLimit = 128 * 1024

    init(
        account: Account, resource: String, address: JID, services: Services, mailbox: Mailbox,
        followsBrokenSession: Bool
    ) {
        self.account = account
        self.resource = resource
        self.address = address
        self.services = services
        self.mailbox = mailbox
        self.followsBrokenSession = followsBrokenSession
        services.metrics.sessionBegan()
    }

    var handle: SessionHandle { SessionHandle(self, mailbox: mailbox) }

    /// An id for a request of ours to this client.
    func nextID() -> String {
        requestCount += 1
        return "hoopoe-\(requestCount)"
    }
}

// MARK: - From the peer

extension Session {
    /// A stanza came, `from` checked and stamped.
    func receive(_ stanza: Stanza) {
        guard !isEnded else { return }
        if stanza.kind == .iq, answered(stanza) { return finish(inbound.accept()) }
        let ticket = inbound.accept(bytes: stanza.element.wholeSource.count)
        guard !isBusy else {
            waiting.append((ticket, stanza))
            return throttle()
        }
        process(stanza, ticket)
        throttle()
    }

    /// A stanza came that the stream itself dealt with; it counts like any other.
    func receivedAndHandled(reply: [UInt8]?) {
        finish(inbound.accept()) { session in
            if let reply { session.send(reply) }
        }
    }

    private func process(_ stanza: Stanza, _ ticket: Ticket) {
        if let refused = StanzaDoor.refused(in: stanza) { return turnAway(stanza, ticket, StanzaError(refused)) }
        switch stanza.kind {
        case .message:
            accept(message: stanza, ticket)
        case .presence:
            slowly(ticket) { [services, account, handle] in
                await services.accept(presence: stanza, of: account, session: handle)
            }
        case .iq:
            guard stanza.type == .get || stanza.type == .set else { return route(answer: stanza, ticket) }
            slowly(ticket) { [services, account, handle] in
                await services.answer(stanza, of: account, session: handle)
            }
        }
    }

    /// An answer to somebody else's request: sent on, or forgotten (RFC 6120 §8.2.3).
    private func route(answer stanza: Stanza, _ ticket: Ticket) {
        guard let to = stanza.to else { return finish(ticket) }
        route(stanza.forwarded(from: address, to: to), to: to, ticket)
    }

    private func route(_ answer: [UInt8], to: JID, _ ticket: Ticket) {
        let services = services
        finish(ticket) { _ in
            guard to.isAt(domain: services.domain.domain), !to.isNumberLike, let name = to.local,
                let resource = to.resource, let session = services.accounts.known(name)?.session(resource)
            else { return }
            session.post { $0.send(answer) }
        }
    }

    /// Tells the sender why nothing was done. Somebody who waits for this as an answer is told too.
    private func turnAway(_ stanza: Stanza, _ ticket: Ticket, _ error: StanzaError) {
        guard stanza.kind == .iq, !stanza.type.isAnswerable else { return refuse(stanza, ticket, error) }
        guard let to = stanza.to, let id = stanza.id else { return finish(ticket) }
        let answer = Stanza.iq(type: .error, id: id, from: address, to: to) { error.write(into: &$0) }
        route(answer, to: to, ticket)
    }

    /// Runs slow work off the loop and sends its replies; the session's next stanza waits for it.
    func slowly(_ ticket: Ticket, _ work: @escaping @Sendable () async -> [[UInt8]]) {
        later(work) { session, replies in
            session.finish(ticket) { session in
                for reply in replies { session.send(reply) }
            }
        }
    }

    /// Runs slow work off the loop and goes on with its result; the session's next stanza waits for it, and beyond
    /// ``SlowWork/limit`` so does the work of the person's other sessions.
    func later<R: Sendable>(
        _ work: @escaping @Sendable () async -> R, then: @escaping @Sendable (Session, R) -> Void
    ) {
        isBusy = true
        let (handle, turns) = (handle, account.slowWork)
        turns.begin {
            Task {
                let result = await work()
                turns.end()
                handle.post { session in
                    session.isBusy = false
                    then(session, result)
                    session.proceed()
                }
            }
        }
    }

    private func proceed() {
        while !isBusy, !isEnded, let (ticket, stanza) = waiting.popFirst() { process(stanza, ticket) }
        if isLeaving, !isBusy { return end() }
        throttle()
    }

    /// Ends the session as soon as none of its client's stanzas waits behind another.
    func leave() {
        connection = nil
        // Whoever waits to resume it comes too late.
        resumer?(nil)
        resumer = nil
        guard isBusy || !waiting.isEmpty else { return end() }
        isLeaving = true
    }

    /// Reads the peer as long as its work isn't piling up here.
    private func throttle() {
        connection?.setReading(
            waiting.count < Self.waitingLimit && inbound.pendingCount < Self.pendingLimit
                && inbound.pendingBytes < Self.pendingBytesLimit)
    }

    // MARK: Tickets

    /// What became of the stanza doesn't count; it begins anew.
    func decide(anew ticket: Ticket) {
        if !undecided.contains(ticket) { undecided.append(ticket) }
    }

    /// Everything about the stanza is done; effects run in the order of their stanzas.
    func finish(_ ticket: Ticket, _ effect: Effect? = nil) {
        if !undecided.isEmpty { undecided.removeAll { $0 == ticket } }
        let release = inbound.complete(ticket, effect.map { [$0] } ?? [])
        for effect in release.effects { effect(self) }
        resumeIfDone()
        if let handled = release.acknowledgement {
            connection?.write(StreamManagementElements.acknowledgement(handled))
        }
        throttle()
    }
}
