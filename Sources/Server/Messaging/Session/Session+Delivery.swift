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

// MARK: - To the peer

extension Session {
    /// Sends a stanza that isn't stored: an answer, presence, a carbon copy.
    ///
    /// It counts against the outbox: a peer that lets it overflow loses its connection, never anyone's memory.
    func send(_ bytes: [UInt8]) {
        write(bytes, row: nil)
    }

    /// A message for this account was committed.
    func deliver(_ delivery: Delivery) {
        guard feed.committed(delivery.row) else { return }
        guard hasRoom else {
            feed.park(before: delivery.row)
            return
        }
        write(delivery.bytes, row: delivery.row)
    }

    /// A message to this very resource was committed. Without initial presence it takes no others.
    func deliverDirectly(_ delivery: Delivery) {
        guard !feed.isOn else { return deliver(delivery) }
        guard hasRoom else { return }
        write(delivery.bytes, row: delivery.row)
    }

    /// Whether the peer keeps up with what it is sent.
    private var hasRoom: Bool {
        if let management { return management.outbound.hasRoom && (connection?.isWritable ?? true) }
        return connection?.isWritable ?? false
    }

    private func write(_ bytes: [UInt8], row: Int64?) {
        guard !isEnded else { return }
        if var management {
            self.management = nil
            let wasAppended = management.outbound.append(bytes, row: row)
            let requests = management.outbound.wantsAcknowledgement
            self.management = management
            guard wasAppended else { return overflow() }
            connection?.write(bytes)
            if requests { connection?.write(StreamManagement.request) }
            return
        }
        guard let connection else { return }
        guard connection.write(bytes) else { return overflow() }
        if let row, let ping = pings.sent(row) { sendPing(ping) }
    }

    private func overflow() {
        connection?.close(StreamError(.policyViolation, text: "This client doesn't read what it is sent."))
        end()
    }

    private func sendPing(_ id: String) {
        let ping = Stanza.iq(type: .get, id: id, from: services.domain, to: address) { writer in
            writer.element(QName(Namespace.ping, "ping"))
        }
        connection?.write(ping)
    }

    // MARK: The stored queue

    /// The session takes the account's messages from now on.
    func startFeed() { perform(feed.turnOn()) }

    func stopFeed() { feed.turnOff() }

    /// The peer reads again.
    func becameWritable() { perform(feed.unpark()) }

    /// Rows after `row` were handed to a session that has ended without acknowledging them.
    func takeOver(after row: Int64) { perform(feed.rewind(to: row)) }

    private func perform(_ step: Feed.Step) {
        guard case .read(let after) = step else { return }
        let handle = handle
        let (services, account) = (services, account)
        Task {
            let rows = await services.held(for: account, after: after)
            handle.post { $0.pageRead(rows, after: after) }
        }
    }

    private func pageRead(_ rows: [Delivery], after: Int64) {
        guard !isEnded else { return }
        let (send, next) = feed.pageRead(after: after, last: rows.last?.row)
        if send {
            for delivery in rows {
                guard hasRoom else {
                    feed.park(before: delivery.row)
                    return
                }
                write(delivery.bytes, row: delivery.row)
            }
        }
        perform(next)
    }

    // MARK: What the peer has

    /// The peer has handled this many stanzas (XEP-0198 §4).
    func acknowledged(_ h: UInt32) {
        guard var management else { return }
        self.management = nil
        let outcome = management.outbound.acknowledge(h)
        self.management = management
        switch outcome {
        case .released(let entries):
            acknowledged(entries.compactMap(\.row))
            if hasRoom { becameWritable() }
        case .tooHigh(let error):
            connection?.close(error)
            end()
        }
    }

    /// The peer answered a request of ours; true if it was one.
    func answered(_ stanza: Stanza) -> Bool {
        guard stanza.type == .result || stanza.type == .error, let answer = pings.answered(stanza.id) else {
            return false
        }
        acknowledged(answer.rows)
        if let next = answer.next { sendPing(next) }
        return true
    }

    private func acknowledged(_ rows: [Int64]) {
        guard !rows.isEmpty else { return }
        services.acknowledged(rows, by: account)
    }
}
