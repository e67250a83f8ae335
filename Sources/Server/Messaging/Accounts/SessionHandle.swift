// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// A session seen from other threads: its name, and the one way to reach it.
struct SessionHandle: Sendable {
    /// Unlike a resource, never used twice.
    let id: SessionID
    let resource: String
    private let mailbox: Mailbox
    private let session: NIOLoopBound<Session>

    /// Call on the session's own loop.
    init(_ session: Session, mailbox: Mailbox) {
        id = session.id
        resource = session.resource
        self.mailbox = mailbox
        self.session = NIOLoopBound(session, eventLoop: mailbox.loop)
    }

    /// Runs `work` on the session's loop, after everything posted to that loop before.
    func post(_ work: @escaping @Sendable (Session) -> Void) {
        mailbox.post { work(session.value) }
    }

    /// Runs `work` now if this is the session's loop, as its own connection usually is; else posts it.
    func run(_ work: @escaping @Sendable (Session) -> Void) {
        if mailbox.loop.inEventLoop { work(session.value) } else { post(work) }
    }
}

/// Names one session among all that this server has had since it started; also its stream management id's secret part.
struct SessionID: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    /// 128 bits from the system's generator: whoever knows the name can resume the session (XEP-0198 §5).
    static func random() -> SessionID {
        var generator = SystemRandomNumberGenerator()
        return SessionID(bytes: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var description: String { "<session>" }
}
