// SPDX-License-Identifier: Apache-2.0

import Server
import Testing

@testable import hoopoe

@Suite("hoopoe trace")
struct TraceTextTests {
    private static let stored: Int64 = 1_790_000_000_002

    private static func trace(
        waiting: Bool = false, steps: [MessageTrace.Step] = [], sms: [MessageTrace.SMS] = [], since: Int64? = 0
    ) -> MessageTrace {
        MessageTrace(
            copies: [
                .init(side: .sender, id: "00000000000000a1", isWaiting: false),
                .init(side: .recipient, id: "00000000000000a2", isWaiting: waiting)
            ], storedAt: stored, steps: steps, sms: sms, remembersSince: since)
    }

    @Test("a message that arrived")
    func arrived() {
        let steps: [MessageTrace.Step] = [
            .init(.received, at: Self.stored - 2), .init(.stored, at: Self.stored + 1),
            .init(.acknowledged, at: Self.stored + 1), .init(.sent, at: Self.stored + 2),
            .init(.confirmed, at: Self.stored + 40)
        ]
        #expect(
            TraceText(Self.trace(steps: steps)).text == """
                message: sender's copy 00000000000000a1, recipient's copy 00000000000000a2
                2026-09-21T14:13:20.000Z  +0 ms         received from the sender's app
                2026-09-21T14:13:20.003Z  +3 ms         stored: on disk for everybody who keeps a copy
                2026-09-21T14:13:20.003Z  +3 ms         acknowledged to the sender's app
                2026-09-21T14:13:20.004Z  +4 ms         sent to a device of the recipient
                2026-09-21T14:13:20.042Z  +42 ms        confirmed by a device of the recipient
                doesn't wait: a device of the recipient has confirmed it

                """)
    }

    @Test("what isn't remembered is said to be unknown, and what hasn't happened isn't")
    func unknown() {
        let old = TraceText(Self.trace(since: Self.stored + 1)).text
        #expect(old.contains("stored: on disk"))
        #expect(
            old.contains("not known: when received, acknowledged, sent, confirmed; the server remembers back to 2026-"))
        let unserved = TraceText(Self.trace(waiting: true, since: nil)).text
        #expect(unserved.contains("not known: when received, acknowledged, sent; only a running server remembers that"))
        #expect(unserved.contains("waits: no device of the recipient has confirmed it yet"))
        let waiting = Self.trace(waiting: true, steps: [.init(.received, at: 1), .init(.acknowledged, at: 2)])
        #expect(TraceText(waiting).text.contains("not yet: sent\n"))
    }

    @Test("an SMS in parts")
    func sms() {
        let sms = MessageTrace.SMS(
            state: .failed, queuedAt: Self.stored, dueAt: Self.stored + 120_000, changedAt: Self.stored + 130_000,
            parts: [
                .init(number: 1, state: .delivered, acceptedAt: Self.stored + 121_000),
                .init(number: 2, state: .failed, acceptedAt: nil)
            ])
        let text = TraceText(Self.trace(sms: [sms])).text
        #expect(text.contains("SMS queued, to go out after 120000 ms unless a device confirms"))
        #expect(text.contains("+121000 ms    SMS part 1 taken by the carrier"))
        #expect(text.contains("+130000 ms    SMS failed"))
        #expect(text.contains("SMS part 1 of 2: delivered, as the carrier's receipt says\nSMS part 2 of 2: failed\n"))
    }
}
