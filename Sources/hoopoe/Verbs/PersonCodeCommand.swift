// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// `hoopoe person code NAME DIR`.
struct PersonCodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "code",
        abstract: "Print a new code for the number that a person is proving.",
        discussion: """
            For numbers that no SMS route reaches: hand the code over once you know that the number is theirs. It \
            vouches for the number only; the yes is the person's own, given by writing the code to the server. Any code \
            they had before stops working. They see that a code was made, and when.
            """)

    @Argument(help: "The person's name, without the domain.")
    var name: String

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let name = try preparedName(name, domain: settings.domain)
        let code = try await withPeople(of: settings) { try await $0.code(for: name) }
        StandardOutput.write("\(code)\n")
    }
}
