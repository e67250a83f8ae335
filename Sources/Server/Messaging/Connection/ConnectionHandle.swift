// SPDX-License-Identifier: Apache-2.0

import NIOCore
import XMPP

/// A connection seen from its session, which may live on another loop after a resumption.
struct ConnectionHandle: Sendable {
    /// Tells a session's present connection from an earlier one that still has something to say.
    let id: SessionID
    private let mailbox: Mailbox
    private let connection: NIOLoopBound<ClientConnection>

    /// Call on the connection's own loop.
    init(_ connection: ClientConnection, mailbox: Mailbox) {
        id = connection.id
        self.mailbox = mailbox
        self.connection = NIOLoopBound(connection, eventLoop: mailbox.loop)
    }

    /// Runs `work` on the connection's loop, after everything posted to that loop before.
    func post(_ work: @escaping @Sendable (ClientConnection) -> Void) {
        let connection = connection
        mailbox.post { work(connection.value) }
    }

    /// Runs `work` now if this is the connection's loop; else posts it.
    func run(_ work: @escaping @Sendable (ClientConnection) -> Void) {
        if mailbox.loop.inEventLoop { work(connection.value) } else { post(work) }
    }

    func write(_ bytes: [UInt8]) {
        if mailbox.loop.inEventLoop { connection.value.write(bytes) } else { post { $0.write(bytes) } }
    }

    func setReading(_ isReading: Bool) {
        if mailbox.loop.inEventLoop {
            connection.value.setReading(isReading)
        } else {
            post { $0.setReading(isReading) }
        }
    }

    /// Has the session asked what it wants to ask when this turn of the loop ends. False if the connection lives on another
    /// loop, whose turns are others.
    func askAtEndOfTurn() -> Bool {
        guard mailbox.loop.inEventLoop else { return false }
        connection.value.askAtEndOfTurn()
        return true
    }

    /// Ends the stream with an error, and the connection with it.
    func detach(_ error: StreamError) { run { $0.detach(error) } }

    /// From another loop the answer would be old: there the outbound queue alone bounds what is sent.
    var hasRoom: Bool {
        mailbox.loop.inEventLoop ? connection.value.hasRoom : true
    }
}
