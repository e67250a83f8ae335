// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// `hoopoe person …`.
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract: "Say who may log in: add, list, show, remove; hand over a code.",
        discussion: """
            All of it works while the server runs. None of it consents for anybody: people turn things on themselves, in \
            the chat with the server. What looks at one person (show, code) is recorded, and that person sees it; list \
            prints names alone.
            """,
        subcommands: [
            PersonAddCommand.self, PersonListCommand.self, PersonShowCommand.self, PersonRemoveCommand.self,
            PersonCodeCommand.self
        ])
}

/// Runs `body` with the people of a folder: those of the running server, or of the store if nobody serves it.
func withPeople<Result>(
    of settings: Configuration, _ body: (any People) async throws -> Result
) async throws -> Result {
    let folder = DataFolder(settings.folder)
    let client = ControlClient(folder)
    // Another verb may hold the folder for a moment, or a server may be about to answer.
    for _ in 0..<50 {
        if await client.isAnswered() { return try await body(client) }
        do {
            let lock = try FolderLock(folder)
            let result = try await Composition.withStoredPeople(of: settings, body)
            _ = consume lock
            return result
        } catch let failure as Failure where failure.status == .locked {
            try await Task.sleep(for: .milliseconds(100))
        }
    }
    throw Failure(.locked, "another hoopoe holds \(folder.path) and does not answer; try again, or stop it")
}
