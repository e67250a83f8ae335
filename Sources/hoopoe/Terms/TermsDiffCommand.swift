// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// `hoopoe terms diff DIR`.
struct TermsDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what publishing would change, and how many people it would switch off.",
        discussion: "Nothing is changed.")

    @OptionGroup var source: TermsSource

    @Flag(help: "One JSON object on standard output.")
    var json = false

    func run() async throws {
        let document = try source.document()
        let report = try await withTerms(of: try source.settings()) { try await $0.difference(document) }
        guard json else { return StandardOutput.write(report.page) }
        try StandardOutput.write(json: report)
    }
}

extension TermsReport {
    /// For a person at a terminal: what was, what would be, how many it concerns.
    var page: String {
        guard !changes.isEmpty else {
            return "Nothing differs from version \(from), which is in force.\n"
        }
        var lines: [String] = []
        for change in changes {
            lines.append("\(change.purpose): \(change.consequence)")
            let (before, now) = (change.before?.parts ?? [], change.now?.parts ?? [])
            for (index, name) in TermsWording.names.enumerated() {
                let old = before.isEmpty ? "" : before[index]
                let new = now.isEmpty ? "" : now[index]
                guard old != new else { continue }
                if !old.isEmpty { lines.append("  - \(name): \(old)") }
                if !new.isEmpty { lines.append("  + \(name): \(new)") }
            }
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }
}

extension TermsReport.Purpose {
    fileprivate var consequence: String {
        people == 0
            ? "nobody has it on"
            : "\(people) \(people == 1 ? "person is" : "people are") switched off until they agree again"
    }
}

extension TermsWording {
    fileprivate static let names = ["what", "why", "without", "details", "offered"]
    fileprivate var parts: [String] { [what, why, without, details, offered ? "yes" : "no"] }
}
