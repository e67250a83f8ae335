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

    /// The session itself, if this is its loop.
    var here: Session? { mailbox.loop.inEventLoop ? session.value : nil }

    /// Runs `work` now if this is the session's loop, as its own connection usually is; else posts it.
    func run(_ work: @escaping @Sendable (Session) -> Void) {
        if mailbox.loop.inEventLoop { work(session.value) } else { post(work) }
    }
}

/// Names one session among all that this server has had since it started; also its stream management id's secret part.
struct SessionID: Hashable, Sendable, CustomStringConvertible {
    private let halves: (UInt64, UInt64)

    /// 128 bits from the system's generator: whoever knows the name can resume the session (XEP-0198 §5).
    static func random() -> SessionID {
        var generator = SystemRandomNumberGenerator()
        return SessionID(halves: (generator.next(), generator.next()))
    }

    /// Nil unless there are 16 bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(halves: (Self.number(bytes[..<8]), Self.number(bytes[8...])))
    }

    private init(halves: (UInt64, UInt64)) {
        self.halves = halves
    }

    var bytes: [UInt8] {
        [halves.0, halves.1].flatMap { half in
            stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: half >> UInt64($0)) }
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    static func == (left: SessionID, right: SessionID) -> Bool {
        left.halves == right.halves
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(halves.0)
        hasher.combine(halves.1)
    }

    var description: String { "<session>" }
}
