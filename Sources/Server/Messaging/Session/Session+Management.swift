// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Store
import Wire
import XMPP

/// Stream management, once enabled (XEP-0198).
struct Management {
    var outbound: OutboundQueue
    /// How long the session waits for its client after a loss; nil if it doesn't.
    let resumption: TimeAmount?
    /// Ends the session when nobody came back.
    var expiry: Scheduled<Void>?
    /// Resumed, but the answer hasn't been written: stanzas are queued only.
    var isHolding = false
}

extension Session {
    /// Longest wait for a client to come back, in seconds.
    static let longestResumption = 600
    private static let usualResumption = 300
    /// Bytes that a client may leave unacknowledged: room for a page of the archive beside everything else.
    static let outboxBytes = 4 * 1024 * 1024

    /// How many stanzas are sent before the client is asked at once what it has; fewer wait for the next round.
    private static let requestInterval = 64

    /// The client asked for acknowledgements. A session that can be resumed is on disk before it is granted, so that
    /// `h` can be told even after a crash.
    ///
    /// `then` is called on this loop with what is granted; from then on what is sent counts.
    func enable(
        isResumable: Bool, maximumSeconds: Int?, then: @escaping @Sendable (StreamManagementGrant?) -> Void
    ) {
        guard management == nil, !isEnded else { return then(nil) }
        inbound.beginCounting()
        guard isResumable else {
            beginManagement(resumption: nil)
            return then(StreamManagementGrant())
        }
        let seconds = min(maximumSeconds ?? Self.usualResumption, Self.longestResumption)
        let (id, person, resource, handle) = (id.text, account.person, Array(resource.utf8), handle)
        services.store.writer.perform { transaction throws(StoreError) in
            try transaction.openSession(id, owner: person, resource: resource)
        } then: { result in
            handle.post { session in
                guard case .success = result, !session.isEnded else { return then(nil) }
                session.beginManagement(resumption: .seconds(Int64(seconds)))
                session.services.resumptions.add(session.handle, of: session.account)
                then(StreamManagementGrant(resumptionID: id, maximumSeconds: seconds))
            }
        }
    }

    private func beginManagement(resumption: TimeAmount?) {
        let limits = OutboundQueue.Limits(
            stanzas: services.configuration.limits.outbox, bytes: Self.outboxBytes,
            requestInterval: Self.requestInterval)
        management = Management(outbound: OutboundQueue(limits: limits), resumption: resumption)
    }

    /// `<r/>`: answered at once, or when what came before is done.
    func acknowledgementRequested() {
        guard let handled = inbound.requestAcknowledgement() else { return }
        connection?.write(StreamManagementElements.acknowledgement(handled))
    }

    // MARK: Ends and beginnings of connections

    /// The connection is gone without a word.
    func connectionLost() {
        connection = nil
        inbound.forgetRequests()
        guard !isEnded else { return }
        guard let wait = management?.resumption else {
            account.noteBroken(resource)
            return leave()
        }
        let bound = NIOLoopBound(self, eventLoop: mailbox.loop)
        management?.expiry?.cancel()
        management?.expiry = mailbox.loop.scheduleTask(in: wait) {
            bound.value.account.noteBroken(bound.value.resource)
            // What its client sent and waits behind something slow is done first.
            bound.value.leave()
        }
    }

    /// The client said goodbye.
    func closedByPeer() { leave() }

    /// Nobody can resume the session any more.
    private func forgetOnDisk() {
        let (id, person) = (id.text, account.person)
        services.store.writer.perform { transaction throws(StoreError) in
            try transaction.endSession(id, owner: person)
        } then: { _ in
        }
    }

    /// The server stops: the client is told, and comes back to the server's next start.
    func shutDown() {
        connection?.detach(StreamError(.systemShutdown, text: "The server is restarting; come back in a moment."))
        connection = nil
        end(isShuttingDown: true)
    }

    /// The account is no more.
    func removed() {
        connection?.detach(StreamError(.notAuthorized, text: "This account has ended."))
        connection = nil
        end()
    }

    /// How far this stanza brings the session, for the disk; nil if nobody can ask for it later, or while an earlier one
    /// that is decided anew may still come to nothing.
    func mark(for ticket: Ticket) -> SessionMark? {
        guard management?.resumption != nil, undecided.allSatisfy({ ticket <= $0 }) else { return nil }
        return SessionMark(
            session: id.text, h: inbound.handled(through: ticket))
    }

    /// Another session took the resource (RFC 6120 §7.7.2.2).
    func replaced() {
        connection?.detach(StreamError(.conflict, text: "Another session took this resource."))
        leave()
    }

    /// The client is back on another connection. It is answered when all that it sent before is done: what it will send
    /// again by the answer must not be counted twice.
    ///
    /// `then` gets what was handled of its stanzas, or nil if the session can't be resumed.
    func resume(
        handled: UInt32, over connection: ConnectionHandle, then: @escaping @Sendable (UInt32?) -> Void
    ) {
        guard !isEnded, !isLeaving, management?.resumption != nil else { return then(nil) }
        self.connection?.detach(StreamError(.conflict, text: "The stream was resumed elsewhere."))
        self.connection = nil
        management?.expiry?.cancel()
        inbound.forgetRequests()
        resumer?(nil)
        resumer = { session in
            guard let session else { return then(nil) }
            then(session.takeUp(handled: handled, over: connection))
        }
        resumeIfDone()
    }

    /// Answers a client that waits to resume, once nothing is on its way any more.
    func resumeIfDone() {
        guard inbound.pendingCount == 0, let resumer else { return }
        self.resumer = nil
        resumer(self)
    }

    private func takeUp(handled: UInt32, over connection: ConnectionHandle) -> UInt32? {
        guard !isEnded, !isLeaving, var management else { return nil }
        self.management = nil
        let released: [OutboundQueue.Entry]
        do throws(OutboundQueue.HandledCountTooHigh) {
            released = try management.outbound.resume(handled)
        } catch {
            self.management = management
            connectionLost()
            return nil
        }
        management.isHolding = true
        self.management = management
        self.connection = connection
        services.metrics.outboxesGrew(by: -released.count)
        acknowledge(rows: released.compactMap(\.archiveID))
        return inbound.handled
    }

    /// `<resumed/>` is written: what the client lacks follows, then all that is new.
    func sendAgain() {
        guard var management, management.isHolding else { return }
        self.management = nil
        management.isHolding = false
        let entries = management.outbound.unacknowledged
        self.management = management
        for entry in entries {
            services.metrics.sent(entry.bytes)
            if let row = entry.archiveID { trace(.sent, row) }
            connection?.write(entry.bytes)
        }
        if !entries.isEmpty { connection?.write(StreamManagementElements.request) }
        becameWritable()
    }

    /// Ends the session: its resource is free, its contacts hear of it, what it didn't acknowledge goes to others.
    func end(isShuttingDown: Bool = false) {
        guard !isEnded else { return }
        isEnded = true
        management?.expiry?.cancel()
        resumer?(nil)
        resumer = nil
        deferred = []
        // After a restart the client asks how far it had come.
        if management?.resumption != nil, !isShuttingDown { forgetOnDisk() }
        services.metrics.sessionEnded()
        services.metrics.outboxesGrew(by: -(management?.outbound.count ?? 0))
        let rows = unacknowledgedRows + (leftRow.map { [$0] } ?? [])
        management = nil
        feed.turnOff()
        services.resumptions.remove(id)
        let (services, account, handle, first) = (services, account, handle, rows.min())
        Task {
            await services.sessionEnded(handle, of: account)
            guard let first else { return }
            for other in account.withState({ state in Array(state.sessions.values) }) {
                other.post { $0.takeOver(after: first - 1) }
            }
        }
    }
}
