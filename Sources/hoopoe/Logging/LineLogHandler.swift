// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Logging
package import Server

/// Writes each event as one line to standard error.
///
/// Events carry what the call sites put there, and the rule for call sites is: no numbers, names, addresses or texts of
/// people. Of an attached error only the type is written, since the words of others' errors may quote what they met.
package struct LineLogHandler: LogHandler {
    /// Turns an event into a line without its line end.
    package typealias Format = @Sendable (_ event: LogEvent, _ label: String, _ time: Date) -> String

    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level

    private let label: String
    private let format: Format
    private let sink: @Sendable (String) -> Void

    package init(
        label: String, level: Logger.Level, format: @escaping Format,
        sink: @escaping @Sendable (String) -> Void = StandardError.write
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.sink = sink
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var event = event
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        if let error = event.error { all["error"] = "\(type(of: error))" }
        event.metadata = all
        sink(format(event, label, Date()) + "\n")
    }
}

extension Logger {
    /// The program's logger as configured.
    package init(_ settings: Configuration.Log) {
        let human =
            switch settings.format {
            case .human: true
            case .json: false
            case .auto: isatty(STDERR_FILENO) == 1
            }
        self.init(label: "hoopoe") { label in
            LineLogHandler(label: label, level: settings.level, format: human ? humanLine : jsonLogLine)
        }
    }
}
