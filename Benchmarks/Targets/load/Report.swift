import Gauge

/// What a scenario found out: one JSON object, its members in the order in which they were added.
struct Report {
    /// A value of JSON.
    indirect enum Figure {
        case number(Double)
        case integer(Int)
        case flag(Bool)
        case text(String)
        case list([Report])
        /// Nothing was measured.
        case null
    }

    private var members: [(name: String, figure: Figure)] = []

    /// Adds a member.
    subscript(_ name: String) -> Figure {
        get { members.first { $0.name == name }?.figure ?? .null }
        set { members.append((name, newValue)) }
    }

    /// The object on one line.
    var json: String {
        "{" + members.map { "\(Self.quoted($0.name)): \(Self.json($0.figure))" }.joined(separator: ", ") + "}"
    }

    private static func json(_ figure: Figure) -> String {
        switch figure {
        case .number(let value): value.isFinite ? "\((value * 1e6).rounded() / 1e6)" : "null"
        case .integer(let value): "\(value)"
        case .flag(let value): "\(value)"
        case .text(let value): quoted(value)
        case .list(let reports): "[" + reports.map(\.json).joined(separator: ", ") + "]"
        case .null: "null"
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.value < 0x20: quoted += " "
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension Report {
    /// The members that all scenarios share.
    ///
    /// `count` things were done between the two readings, or in fewer `seconds` of that time, and took `latencies` each;
    /// `outcome` says what went wrong.
    init(
        _ scenario: String, _ target: Target, from start: Usage, to end: Usage, count: Int, latencies: Histogram,
        outcome: Outcome, seconds: Double? = nil
    ) {
        let seconds = seconds ?? end.time - start.time
        let (server, own) = (end.server - start.server, end.own - start.own)
        let isKnown = !target.server.processes.isEmpty
        self["label"] = .text(target.label)
        self["scenario"] = .text(scenario)
        self["seconds"] = .number(seconds)
        self["count"] = .integer(count)
        self["per_second"] = .number(Double(count) / seconds)
        add(latencies, "")
        self["server_cpu_s"] = isKnown ? .number(server) : .null
        self["server_cpu_s_per_1000"] = isKnown && count > 0 ? .number(server / Double(count) * 1000) : .null
        self["load_cpu_s"] = .number(own)
        self["load_uses_less"] = isKnown ? .flag(own < server) : .null
        self["server_pss_kib"] = isKnown ? .integer(target.tree.proportionalKibibytes()) : .null
        self["lost"] = .integer(outcome.lost)
        self["duplicated"] = .integer(outcome.duplicated)
        self["reordered"] = .integer(outcome.reordered)
        self["errors"] = .integer(outcome.errors)
    }

    /// Adds percentiles in milliseconds, their names with a prefix; null if nothing was measured.
    mutating func add(_ latencies: Histogram, _ prefix: String) {
        let milliseconds = { (nanoseconds: UInt64) in
            latencies.count > 0 ? Figure.number(Double(nanoseconds) / 1e6) : .null
        }
        self[prefix + "p50_ms"] = milliseconds(latencies.quantile(0.5))
        self[prefix + "p95_ms"] = milliseconds(latencies.quantile(0.95))
        self[prefix + "p99_ms"] = milliseconds(latencies.quantile(0.99))
        self[prefix + "max_ms"] = milliseconds(latencies.longest)
    }
}

/// What went wrong in a scenario, counted.
struct Outcome: Sendable {
    var lost = 0
    var duplicated = 0
    var reordered = 0
    /// Connections that ended, messages that came back.
    var errors = 0
    /// The first of them, in words.
    var firstError: String?

    /// Adds another loop's.
    mutating func add(_ other: Outcome) {
        lost += other.lost
        duplicated += other.duplicated
        reordered += other.reordered
        errors += other.errors
        firstError = firstError ?? other.firstError
    }

    /// Counts an error, and keeps the words of the first.
    mutating func wentWrong(_ reason: String) {
        errors += 1
        firstError = firstError ?? reason
    }
}
