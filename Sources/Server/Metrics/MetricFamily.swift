// SPDX-License-Identifier: Apache-2.0

/// One metric as it is declared: its name, what it says, and how it is counted. All of it literals of the program.
struct MetricFamily: Sendable {
    enum Kind: Sendable, Equatable {
        /// Only rises, but for a restart.
        case counter
        case gauge
        /// How many values lay at or below each of these bounds, which rise.
        case histogram([Double])
    }

    let name: StaticString
    let kind: Kind
    let help: StaticString
}

extension MetricFamily.Kind {
    /// As the exposition format calls it.
    var word: StaticString {
        switch self {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
