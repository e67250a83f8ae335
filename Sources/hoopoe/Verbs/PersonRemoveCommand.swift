// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe person remove NAME DIR`.
struct PersonRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a person and destroy the keys of all that is kept for them.",
        discussion: "It cannot be undone. On a terminal it asks first, unless --yes is given.")

    @Argument(help: "The person's name, without the domain.")
    var name: String

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Flag(help: "Do not ask.")
    var yes = false

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let name = try preparedName(name, domain: settings.domain)
        if !yes, isatty(STDIN_FILENO) == 1 {
            StandardError.write(
                "Everything of \(name)@\(settings.domain) will be gone for ever. Type the name to go on: ")
            guard readLine() == name else { throw Failure(.failed, "nothing was changed") }
        }
        try await withPeople(of: settings) { try await $0.remove(name) }
        StandardOutput.write("\(name)@\(settings.domain) is gone\n")
    }
}
