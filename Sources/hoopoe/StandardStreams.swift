// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Standard output, unbuffered: a line is with its reader when `write` returns.
package enum StandardOutput {
    package static func write(_ text: String) { writeAll(text, to: STDOUT_FILENO) }

    /// One JSON document and a line end; keys sorted, so that output compares.
    package static func write(json value: some Encodable) throws {
        write(try jsonLine(value))
    }
}

/// Standard error, unbuffered.
package enum StandardError {
    package static func write(_ text: String) { writeAll(text, to: STDERR_FILENO) }
}

/// A value as one line of JSON.
package func jsonLine(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
}

/// Writes the whole text in as few calls as the descriptor takes; a reader that has gone away is not an error of ours.
func writeAll(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
        let written = unsafe bytes.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR || errno == EAGAIN { continue }
        guard written > 0 else { return }
        bytes = bytes.dropFirst(written)
    }
}
