// SPDX-License-Identifier: Apache-2.0

/// One thing that was looked at, and how it is.
package struct Finding: Sendable, Equatable, Encodable {
    package enum State: String, Sendable, Encodable {
        case ok
        /// Works, but somebody should know.
        case warning
        /// Must be put right.
        case failed
    }

    /// What was looked at; stable, for scripts.
    package let id: String
    package let state: State
    /// How it is and, unless ok, what to do.
    package let message: String

    package init(_ id: String, _ state: State, _ message: String) {
        self.id = id
        self.state = state
        self.message = message
    }

    /// For a person: `ok       certificate: …`.
    var line: String {
        let word = state.rawValue
        return "\(word)\(String(repeating: " ", count: 9 - word.utf8.count))\(id): \(message)"
    }
}
