// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Store

/// `hoopoe backup verify TO`.
struct BackupVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Tell whether a backup can be restored, by restoring it.",
        discussion: """
            Compares every file with its digest, restores into a scratch folder below TMPDIR (or /tmp), compares every \
            table's rows with what was copied, opens the store as a server would, and opens messages with the keys. The \
            scratch folder is removed whatever happens; nothing in TO changes.

            Ends with status 0 if it can be restored, 1 if not.
            """)

    @Argument(help: ArgumentHelp("Where the backups are.", valueName: "to"))
    var to: String

    @Option(help: ArgumentHelp("The folder of the key part, instead of TO/keys.", valueName: "folder"))
    var keys: String?

    @Option(help: ArgumentHelp("Which backup, instead of the newest.", valueName: "stamp"))
    var stamp: String?

    @Option(help: ArgumentHelp("How many people's keys are tried, at most.", valueName: "count"))
    var people = 1_000

    @Flag(help: "One JSON object on standard output.")
    var json = false

    private struct Report: Encodable {
        let version = 1
        let ok: Bool
        let stamp: String?
        let findings: [Finding]
    }

    func run() async throws {
        let verification = BackupVerification(BackupPlace(to, keys: keys), stamp: stamp, people: people)
        let progress = SlowProgress()
        progress.now("verifying")
        let findings = try await tidyOnSignal(verification.removeScratch) {
            defer { verification.removeScratch() }
            return try await progress.run { verification.findings() }
        }
        let isWell = !findings.contains { $0.state == .failed }
        if json {
            try StandardOutput.write(json: Report(ok: isWell, stamp: verification.chosen, findings: findings))
        } else {
            for finding in findings { StandardOutput.write(finding.line + "\n") }
        }
        if !isWell { throw ExitCode(ExitReason.failed.rawValue) }
    }
}
