// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe terms publish DIR`.
struct TermsPublishCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Put new terms in force, and switch off whoever agreed to what they change.",
        discussion: """
            From the moment the new version is in force, no earlier yes to a changed purpose permits anything, in running \
            sessions too. Everybody concerned gets one message from the server that says what changed and how to agree \
            again. If this is interrupted, the next start of the server finishes it. It cannot be undone; on a terminal it \
            asks first, unless --yes is given.
            """)

    @OptionGroup var source: TermsSource

    @Flag(help: "Do not ask.")
    var yes = false

    func run() async throws {
        let document = try source.document()
        let settings = try source.settings()
        let report = try await withTerms(of: settings) { terms in
            if !yes, isatty(STDIN_FILENO) == 1 {
                let report = try await terms.difference(document)
                if !report.changes.isEmpty {
                    StandardError.write("\(report.page)Type \"publish\" to make this version \(report.version): ")
                    guard readLine() == "publish" else { throw Failure(.failed, "nothing was changed") }
                }
            }
            return try await terms.publish(document)
        }
        var lines = ["version \(report.version) is in force"]
        lines += report.changes.map { "\($0.purpose): \($0.people) switched off and told" }
        StandardOutput.write(lines.joined(separator: "\n") + "\n")
    }
}
