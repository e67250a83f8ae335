// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Wire
import XMPP

/// How much and how long a client may send before it has logged in, or before a stanza is whole.
extension ClientConnection {
    /// What a client may send, and in how many pieces, until it has logged in. It takes 2 KiB in ten.
    private static let unprovenBytes = 40_000
    private static let unprovenReads = 2_000

    /// Whether somebody who hasn't logged in may send more.
    func mayGoOn(after count: Int) -> Bool {
        guard let (bytes, reads) = unproven else { return true }
        unproven = (bytes + count, reads + 1)
        guard bytes + count > Self.unprovenBytes || reads >= Self.unprovenReads else { return true }
        fail(StreamError(.policyViolation, text: "Too much was sent before logging in."))
        return false
    }

    /// Begins to count the time of a stanza that isn't whole.
    func watchStanza() {
        guard unproven == nil, !isClosing, let context else { return }
        guard isReading, unfinishedSince == nil, parser.bufferedByteCount > 0 else { return }
        let now = NIODeadline.now()
        unfinishedSince = now
        guard !isStanzaWatched else { return }
        isStanzaWatched = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: now + stanzaTime) { bound.value.endUnfinished() }
    }

    private var stanzaTime: TimeAmount { .seconds(Int64(services.configuration.limits.stanzaSeconds)) }

    /// A stanza was begun so long ago. If that one is done, the one begun since has the rest of its time.
    private func endUnfinished() {
        isStanzaWatched = false
        guard let since = unfinishedSince, !isClosing, let context else { return }
        guard NIODeadline.now() < since + stanzaTime else {
            return fail(StreamError(.connectionTimeout, text: "A stanza took too long."))
        }
        isStanzaWatched = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: since + stanzaTime) { bound.value.endUnfinished() }
    }
}
