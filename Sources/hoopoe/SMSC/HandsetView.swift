// SPDX-License-Identifier: Apache-2.0

import SMPP
import Server

/// What `hoopoe smsc` prints: for people a line a text, for scripts a JSON object a line.
struct HandsetView: Sendable {
    let json: Bool

    private struct Line: Encodable {
        let event: String
        var to: String?
        var from: String?
        var text: String?
        var status: String?
    }

    func show(_ event: SimulatedCarrier.Event) {
        guard let line = line(of: event) else { return }
        if json {
            // Strings always encode.
            if let encoded = try? jsonLine(line) { StandardOutput.write(encoded) }
        } else {
            StandardOutput.write(readable(line) + "\n")
        }
    }

    func say(_ text: String) {
        if json { StandardError.write(text + "\n") } else { StandardOutput.write(text + "\n") }
    }

    func complain(_ sentence: String) {
        StandardError.write("hoopoe: \(sentence)\n")
    }

    private func line(of event: SimulatedCarrier.Event) -> Line? {
        switch event {
        case .text(let to, let from, let text): Line(event: "text", to: "+\(to)", from: plus(from), text: text)
        case .submitted(let message, nil):
            Line(event: "unanswered", to: plus(message.destination.value), from: plus(message.source.value))
        case .submitted(let message, let status?) where status != .ok:
            Line(
                event: "refused", to: plus(message.destination.value), from: plus(message.source.value),
                status: status.description)
        case .submitted: nil
        case .taken(let from, let to): Line(event: "taken", to: plus(to), from: plus(from))
        case .refused(let from, let to, let status):
            Line(event: "not-taken", to: plus(to), from: plus(from), status: status.description)
        case .bound: Line(event: "bound")
        case .unbound: Line(event: "unbound")
        }
    }

    private func readable(_ line: Line) -> String {
        let (to, from) = (line.to ?? "", line.from ?? "")
        return switch line.event {
        case "text":
            "\(to)  ⟵ \(from)\n    \((line.text ?? "").split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    "))"
        case "taken": "\(from)  ⟶ \(to)  taken by the server"
        case "not-taken": "\(from)  ⟶ \(to)  refused by the server: \(line.status ?? "")"
        case "refused": "\(to)  ⟵ \(from)  refused: \(line.status ?? "")"
        case "unanswered": "\(to)  ⟵ \(from)  left without an answer"
        case "bound": "the server is connected"
        default: "the server is gone"
        }
    }

    /// Senders may be names.
    private func plus(_ value: String) -> String {
        value.utf8.allSatisfy { (0x30...0x39).contains($0) } && value.utf8.count >= 7 ? "+\(value)" : value
    }
}
