// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Wire
import XMPP

/// A stored message, rendered for one account.
struct Delivery: Sendable {
    /// The recipient's row.
    let row: Int64
    let bytes: [UInt8]
}

/// A page of the stored queue.
struct HeldPage: Sendable {
    let deliveries: [Delivery]
    /// The last row that was looked at, readable or not; nil for the end of the queue.
    let last: Int64?
}

// MARK: - To the peer

extension Session {
    /// Sends a stanza that isn't stored: an answer, presence, a carbon copy.
    ///
    /// It counts against the outbox: a peer that lets it overflow loses its connection, never anyone's memory.
    func send(_ bytes: [UInt8]) {
        if !write(bytes, row: nil) { overflow() }
    }

    /// Most unstored messages that wait behind stored ones; what comes beyond is forgotten, as if nobody were here.
    static let deferredLimit = 64

    /// Passes a message on that isn't stored, behind the stored ones that came before it.
    func pass(_ bytes: [UInt8]) {
        guard feed.isCatchingUp else { return send(bytes) }
        if deferred.count < Self.deferredLimit { deferred.append(bytes) }
    }

    /// A message for this account was committed.
    func deliver(_ delivery: Delivery) {
        guard !isEnded, !isLeaving else { return passOn(delivery.row) }
        // A row older than the newest was found by a page, and the feed may have been rewound since.
        guard feed.committed(delivery.row), delivery.row > newestRow else { return }
        if !hasRoom || !write(delivery.bytes, row: delivery.row) { feed.park(before: delivery.row) }
    }

    /// A message to this very resource was committed. Without initial presence it takes no others.
    func deliverDirectly(_ delivery: Delivery) {
        guard !isEnded, !isLeaving else { return passOn(delivery.row) }
        if feed.isOn {
            deliver(delivery)
        } else if hasRoom || (connection == nil && management != nil) {
            // Stored rows are read for those who take messages: until this client is back, the outbox keeps it.
            _ = write(delivery.bytes, row: delivery.row)
        }
        // What found no room stays in the stored queue for when the resource asks for it, or has ended.
        if newestRow < delivery.row { leftRow = min(leftRow ?? delivery.row, delivery.row) }
    }

    /// A row came for this session after its client had gone: the account's other sessions look for it.
    private func passOn(_ row: Int64) {
        for other in account.withState({ Array($0.sessions.values) }) where other.id != id {
            other.post { if !$0.isEnded { $0.takeOver(after: row - 1) } }
        }
    }

    /// Whether the peer is here and keeps up with what it is sent. What comes while it is away is read from the store
    /// when it is back, and shows its sender as they want to be seen then.
    private var hasRoom: Bool { connection?.hasRoom ?? false }

    /// - Returns: false if the outbox is full; nothing was sent then.
    private func write(_ bytes: [UInt8], row: Int64?) -> Bool {
        guard !isEnded, !isLeaving else { return true }
        guard var management else {
            services.metrics.sent(bytes)
            if let row { trace(.sent, row) }
            connection?.write(bytes)
            if let row {
                newestRow = max(newestRow, row)
                if let ping = pings.sent(row) { sendPing(ping) } else { askSoon() }
            }
            return true
        }
        self.management = nil
        let outcome = management.outbound.append(OutboundQueue.Entry(bytes: bytes, archiveID: row))
        let isHolding = management.isHolding
        self.management = management
        guard case .queued(let requestAcknowledgement) = outcome else { return false }
        if let row { newestRow = max(newestRow, row) }
        services.metrics.outboxesGrew(by: 1)
        guard !isHolding, let connection else { return true }
        services.metrics.sent(bytes)
        if let row { trace(.sent, row) }
        connection.write(bytes)
        if requestAcknowledgement {
            connection.write(StreamManagementElements.request)
        } else {
            askSoon()
        }
        return true
    }

    /// Asks what the client has, unless an answer is still owed. After a quiet time the question goes out in one piece with
    /// the text, so that a client that goes after one text isn't sent it again. While texts keep coming, one asks for all
    /// of a second, and the next one brings the question along; when none comes, it goes out by itself.
    private func askSoon() {
        if NIODeadline.now() >= quietUntil {
            if connection?.askAtEndOfTurn() == true { return }
            return mailbox.post { [bound = NIOLoopBound(self, eventLoop: mailbox.loop)] in bound.value.ask() }
        }
        askAlone()
    }

    /// How long after a question no other is asked, unless many texts come.
    private static let quietTime = TimeAmount.seconds(1)
    /// How long a question waits, when it is time for one, for a text to go out with.
    private static let companyTime = TimeAmount.milliseconds(300)

    /// Asks with some round to come, if no text has brought the question along by then.
    private func askAlone() {
        guard !isQuestionScheduled else { return }
        isQuestionScheduled = true
        mailbox.postUnhurried { [bound = NIOLoopBound(self, eventLoop: mailbox.loop)] in
            let session = bound.value
            session.isQuestionScheduled = false
            guard !session.isEnded, session.management?.outbound.isRequestDue ?? session.pings.isAskingDue else {
                return
            }
            let isAlone = NIODeadline.now() >= session.quietUntil + Self.companyTime
            if isAlone { session.ask() } else { session.askAlone() }
        }
    }

    /// Asks what the client has, if it was sent anything since it was asked.
    func ask() {
        quietUntil = .now() + Self.quietTime
        if management == nil {
            if !isEnded, let ping = pings.ask() { sendPing(ping) }
        } else if management?.isHolding == false, management?.outbound.requestAcknowledgementIfIdle() == true {
            connection?.write(StreamManagementElements.request)
        }
    }

    private func overflow() {
        connection?.detach(StreamError(.policyViolation, text: "This client doesn't read what it is sent."))
        account.noteBroken(resource)
        leave()
    }

    /// Asks something that every client answers. Not XEP-0199's ping: go-sendxmpp 0.5 crashes on one, and an answer to a
    /// disco query (XEP-0030) says just as well that what went before has arrived. What it says is not looked at.
    private func sendPing(_ id: String) {
        connection?.write(
            Stanza.iq(type: .get, id: id, from: services.domain, to: address) { writer in
                writer.element(QName(Namespace.discoInfo, "query"))
            })
    }

    // MARK: The stored queue

    /// The session takes the account's messages from now on.
    func startFeed() { perform(feed.turnOn()) }

    func stopFeed() {
        feed.turnOff()
        deferred = []
    }

    /// The peer reads again.
    func becameWritable() { perform(feed.unpark()) }

    /// Rows after `row` were handed to a session that has ended without acknowledging them.
    func takeOver(after row: Int64) { perform(feed.rewind(to: row)) }

    private func perform(_ step: Feed.Step) {
        guard case .read(let read) = step, !isEnded, !isLeaving else { return }
        // What the client was handed and hasn't acknowledged waits in the store still, and isn't sent again. As of the
        // question, since what is acknowledged before the answer comes may be in the page all the same.
        let handed = read.after < newestRow ? Set(unacknowledgedRows) : []
        let (services, account, handle) = (services, account, handle)
        Task {
            if let page = await services.held(for: account, after: read.after) {
                return handle.post { $0.pageRead(page, read, without: handed) }
            }
            // The store can't be read just now; what is held must not look as if it weren't there.
            try? await Task.sleep(for: .seconds(1))
            handle.post { $0.perform(.read(read)) }
        }
    }

    private func pageRead(_ page: HeldPage, _ read: Feed.Read, without handed: Set<Int64>) {
        guard !isEnded, !isLeaving else { return }
        let (send, next) = feed.pageRead(read, last: page.last)
        if send {
            for delivery in page.deliveries where !handed.contains(delivery.row) {
                guard hasRoom, write(delivery.bytes, row: delivery.row) else { return feed.park(before: delivery.row) }
            }
        }
        perform(next)
        guard !feed.isCatchingUp else { return }
        for bytes in deferred { self.send(bytes) }
        deferred = []
    }

    // MARK: What the peer has

    /// The peer has handled this many stanzas (XEP-0198 §4).
    func acknowledged(_ handled: UInt32) {
        guard var management else { return }
        self.management = nil
        do throws(OutboundQueue.HandledCountTooHigh) {
            let released = try management.outbound.acknowledge(handled)
            self.management = management
            services.metrics.outboxesGrew(by: -released.count)
            acknowledge(rows: released.compactMap(\.archiveID))
            // What was sent after the question isn't in this answer.
            if self.management?.outbound.isRequestDue == true { askSoon() }
            if hasRoom { becameWritable() }
        } catch {
            self.management = management
            connection?.detach(error.streamError)
            connection = nil
            end()
        }
    }

    /// The peer answered a request of ours; true if it was one.
    func answered(_ stanza: Stanza) -> Bool {
        guard stanza.type == .result || stanza.type == .error, let rows = pings.answered(stanza.id) else {
            return false
        }
        acknowledge(rows: rows)
        if pings.isAskingDue { askSoon() }
        return true
    }

    /// Stored rows that the client was handed and hasn't acknowledged.
    var unacknowledgedRows: [Int64] {
        (management?.outbound.unacknowledged.compactMap(\.archiveID) ?? []) + pings.unacknowledged
    }

    func acknowledge(rows: [Int64]) {
        guard !rows.isEmpty else { return }
        for row in rows { trace(.confirmed, row) }
        services.acknowledged(rows, by: account)
    }
}
