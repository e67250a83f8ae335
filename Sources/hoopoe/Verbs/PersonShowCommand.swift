// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe person show NAME DIR`.
struct PersonShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print how much of what kind is kept for a person; they see that you looked.",
        discussion: """
            Counts only: no content, no addresses of others, no numbers. The look is recorded before anything is \
            printed, with the command and the time, and the person sees it in the chat with the server.
            """)

    @Argument(help: "The person's name, without the domain.")
    var name: String

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Flag(help: "One JSON object on standard output.")
    var json = false

    private struct Listing: Encodable {
        let version = 1
        let address: String
        let since: String
        let counts: [String: Int]
    }

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let name = try preparedName(name, domain: settings.domain)
        let address = "\(name)@\(settings.domain)"
        let shown = try await withPeople(of: settings) { try await $0.show(name) }
        let since = Date(timeIntervalSince1970: Double(shown.created) / 1_000).formatted(.iso8601)
        StandardError.write("\(address) will see that you looked, and when.\n")
        guard json else {
            let lines = shown.kinds.map { "\($0.count)\t\($0.name)\n" }
            StandardOutput.write("\(address), here since \(since)\n" + lines.joined())
            return
        }
        try StandardOutput.write(
            json: Listing(
                address: address, since: since,
                counts: Dictionary(shown.kinds.map { ($0.name, $0.count) }) { first, _ in first }))
    }
}
