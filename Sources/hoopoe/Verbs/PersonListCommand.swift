// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe person list DIR`.
struct PersonListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Print everybody's address, one a line, by name.")

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Flag(help: "One JSON object on standard output, with the time each was added.")
    var json = false

    private struct Listing: Encodable {
        struct Row: Encodable {
            let address: String
            let name: String
            let since: String
        }
        let version = 1
        let people: [Row]
    }

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let members = try await withPeople(of: settings) { people in
            var all: [Member] = []
            while true {
                let slice = try await people.list(after: all.last?.name ?? "", limit: 1_000)
                all += slice
                if slice.count < 1_000 { return all }
            }
        }
        guard json else {
            StandardOutput.write(members.map { "\($0.name)@\(settings.domain)\n" }.joined())
            return
        }
        try StandardOutput.write(
            json: Listing(
                people: members.map { member in
                    .init(
                        address: "\(member.name)@\(settings.domain)", name: member.name,
                        since: Date(timeIntervalSince1970: Double(member.created) / 1_000).formatted(.iso8601))
                }))
    }
}
