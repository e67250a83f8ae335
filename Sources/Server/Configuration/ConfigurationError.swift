// SPDX-License-Identifier: Apache-2.0

/// Everything that is wrong with a configuration, at once: fixing one mistake a start is tedious.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [Problem]

    package init(_ problems: [Problem]) { self.problems = problems }

    package init(_ problem: Problem) { self.init([problem]) }

    package var description: String { problems.map(\.description).joined(separator: "\n") }

    /// One mistake: where, which key, what was found, and what may stand there.
    package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
        /// `hoopoe.yaml:12`, or `--set`.
        package var place: String
        package var key: String
        package var explanation: String

        package init(place: String, key: String, explanation: String) {
            self.place = place
            self.key = key
            self.explanation = explanation
        }

        package var description: String {
            key.isEmpty ? "\(place): \(explanation)" : "\(place): \(key): \(explanation)"
        }

        static func notAllowed(_ value: String, allowed: String, key: String, place: String) -> Problem {
            .init(place: place, key: key, explanation: "\"\(value)\" is not allowed; allowed: \(allowed)")
        }

        static func unknown(_ key: String, known: [String], place: String) -> Problem {
            let hint = nearestName(to: key, among: known).map { "; did you mean \($0)?" } ?? ""
            return .init(place: place, key: key, explanation: "there is no such key\(hint)")
        }
    }
}
