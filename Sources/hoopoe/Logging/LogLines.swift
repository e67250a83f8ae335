// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Logging

/// `17:51:26 notice  certificate changed on disk reason=…`, the local time of day.
@Sendable
package func humanLine(_ event: LogEvent, _ label: String, _ time: Date) -> String {
    let clock = Calendar.current.dateComponents([.hour, .minute, .second], from: time)
    let level = "\(event.level)".padding(toLength: 8, withPad: " ", startingAt: 0)
    let metadata = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\(word("\($0.value)"))" }
    return "\(two(clock.hour)):\(two(clock.minute)):\(two(clock.second)) \(level)"
        + printable("\(event.message)") + metadata.joined()
}

/// One JSON object: `time` (UTC, RFC 3339), `level`, `logger`, `message`, and `metadata` when there is any.
@Sendable
package func jsonLogLine(_ event: LogEvent, _ label: String, _ time: Date) -> String {
    struct Line: Encodable {
        let time: String
        let level: String
        let logger: String
        let message: String
        let metadata: [String: String]?
    }
    let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
    let line = Line(
        time: time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)), level: "\(event.level)",
        logger: label, message: "\(event.message)", metadata: metadata.isEmpty ? nil : metadata)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings always encode; were that ever wrong, a log line must not be what stops the server.
    guard let bytes = try? encoder.encode(line) else { return "{}" }
    return String(decoding: bytes, as: UTF8.self)
}

private func two(_ number: Int?) -> String {
    let text = String(number ?? 0)
    return text.utf8.count < 2 ? "0\(text)" : text
}

/// A value that stays one word on the line.
private func word(_ text: String) -> String {
    let text = printable(text)
    return text.isEmpty || text.contains(" ") ? "\"\(text.replacing("\"", with: "\\\""))\"" : text
}

/// Text without control characters, so that nobody can forge a line or steer a terminal.
private func printable(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
}
