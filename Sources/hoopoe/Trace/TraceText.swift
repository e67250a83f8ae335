// SPDX-License-Identifier: Apache-2.0

package import Server
import Wire

/// A message's way in lines for people: time, milliseconds since the first step, step.
package struct TraceText {
    private let trace: MessageTrace

    package init(_ trace: MessageTrace) {
        self.trace = trace
    }

    package var text: String {
        let copies = trace.copies.map { "\($0.side.rawValue)'s copy \($0.id)" }
        return (["message: " + copies.joined(separator: ", ")] + timeline + open).joined(separator: "\n") + "\n"
    }

    // MARK: What has a time

    private var timeline: [String] {
        var rows = trace.steps.map { (at: $0.at, words: Self.words($0.stage)) }
        if !trace.steps.contains(where: { $0.stage == .stored }) {
            rows.append((trace.storedAt, Self.words(.stored)))
        }
        for sms in trace.sms {
            rows.append((sms.queuedAt, "SMS queued, \(due(sms))"))
            for part in sms.parts {
                if let at = part.acceptedAt { rows.append((at, "SMS part \(part.number) taken by the carrier")) }
            }
            if sms.state != .waiting { rows.append((sms.changedAt, "SMS \(Self.words(sms.state))")) }
        }
        let sorted = rows.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
        let first = sorted.first?.at ?? 0
        return sorted.map { row in
            let after = "+\(max(0, row.at - first)) ms"
            let padding = String(repeating: " ", count: max(1, 14 - after.utf8.count))
            return "\(Self.time(row.at))  \(after)\(padding)\(row.words)"
        }
    }

    private func due(_ sms: MessageTrace.SMS) -> String {
        sms.dueAt > sms.queuedAt
            ? "to go out after \(sms.dueAt - sms.queuedAt) ms unless a device confirms" : "to go out at once"
    }

    // MARK: What has none

    private var open: [String] {
        var lines: [String] = []
        for sms in trace.sms {
            for part in sms.parts {
                lines.append("SMS part \(part.number) of \(sms.parts.count): \(Self.words(part.state))")
            }
        }
        let recipient = trace.copies.first { $0.side == .recipient }
        if let recipient {
            lines.append(
                recipient.isWaiting
                    ? "waits: no device of the recipient has confirmed it yet"
                    : "doesn't wait: a device of the recipient has confirmed it")
        }
        var expected: [TraceStage] = trace.copies.contains { $0.side == .sender } ? [.received, .acknowledged] : []
        if let recipient { expected += recipient.isWaiting ? [.sent] : [.sent, .confirmed] }
        let missing = expected.filter { stage in !trace.steps.contains { $0.stage == stage } }
        guard !missing.isEmpty else { return lines }
        let names = missing.map(\.rawValue).joined(separator: ", ")
        guard let since = trace.remembersSince else {
            return lines + [
                "not known: when \(names); only a running server remembers that, and none serves this folder"
            ]
        }
        return lines + [
            trace.storedAt < since
                ? "not known: when \(names); the server remembers back to \(Self.time(since))" : "not yet: \(names)"
        ]
    }

    // MARK: Words

    private static func words(_ stage: TraceStage) -> String {
        switch stage {
        case .received: "received from the sender's app"
        case .stored: "stored: on disk for everybody who keeps a copy"
        case .acknowledged: "acknowledged to the sender's app"
        case .sent: "sent to a device of the recipient"
        case .confirmed: "confirmed by a device of the recipient"
        }
    }

    private static func words(_ state: MessageTrace.SMSState) -> String {
        switch state {
        case .waiting: "waiting"
        case .sending: "handed to the connection to the carrier"
        case .submitted: "taken by the carrier"
        case .unknown: "not answered by the carrier: it may have it or not"
        case .delivered: "delivered, as the carrier's receipt says"
        case .failed: "failed"
        }
    }

    /// Always with milliseconds, so that the lines stand below each other.
    private static func time(_ milliseconds: Int64) -> String {
        let text = Timestamp(milliseconds: milliseconds).description
        return milliseconds % 1_000 == 0 ? text.dropLast() + ".000Z" : text
    }
}
