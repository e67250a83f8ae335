// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Proof
import Server

/// `hoopoe log policy DIR`.
struct LogPolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy",
        abstract: "Print the policy of a data folder's logs, to give to whoever wants to check them.",
        discussion: """
            The policy holds the public keys of the region's logs: the current one, and those before it if the server was \
            put back from a backup. Checking a receipt or a log takes this file and nothing else of the server.
            """)

    @OptionGroup var options: FolderOptions

    func run() async throws {
        let settings = try options.load()
        let folder = "\(DataFolder(settings.folder).region(settings.region))/log"
        let numbers = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap(Int.init)
            .sorted()
        var lines: [String] = []
        for number in numbers {
            let policy = try readPolicy("\(folder)/\(number)/policy")
            lines += policy.logs.map { "log \($0.key.text)\n" }
        }
        guard !lines.isEmpty else {
            throw Failure(.noInput, "\(settings.folder) has no log yet; hoopoe serve \(settings.folder) begins one")
        }
        StandardOutput.write(lines.joined() + "quorum none\n")
    }
}
