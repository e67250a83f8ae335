// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// `hoopoe check DIR`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Tell whether a data folder is well, and what to do where it is not.",
        discussion: """
            Looks at the configuration, the region key, the certificate and its dates, the addresses to listen on, the \
            routes' password files and the store. Changes nothing, and may run beside the server.

            Ends with status 0 if nothing must be put right (warnings may remain), 1 if something must, and 78 if the \
            configuration cannot be read.
            """)

    @OptionGroup var options: FolderOptions

    @Flag(help: "One JSON object on standard output.")
    var json = false

    func run() async throws {
        let settings: Configuration
        do {
            settings = try options.load()
        } catch let error as ConfigurationError {
            try report([Finding("configuration", .failed, error.description)])
            throw ExitCode(ExitReason.configuration.rawValue)
        }
        let findings = await Examination(settings).findings()
        try report(findings)
        if findings.contains(where: { $0.state == .failed }) { throw ExitCode(ExitReason.failed.rawValue) }
    }

    private func report(_ findings: [Finding]) throws {
        if json {
            struct Report: Encodable {
                let version = 1
                let ok: Bool
                let findings: [Finding]
            }
            try StandardOutput.write(
                json: Report(ok: !findings.contains { $0.state == .failed }, findings: findings))
        } else {
            for finding in findings { StandardOutput.write(finding.line + "\n") }
        }
    }
}
