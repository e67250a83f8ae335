// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Consent
import Foundation
import Logging
import Server

/// `hoopoe terms …`: what people agree to.
struct TermsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms",
        abstract: "Show, compare and publish what people agree to.",
        discussion: """
            A yes is given to one version of the terms. When a new version changes what a purpose says, every yes to it \
            permits nothing from then on until its person agrees again; they are told in their chat. DIR/terms has each \
            version as it was published; a published file never changes.
            """,
        subcommands: [TermsShowCommand.self, TermsDiffCommand.self, TermsPublishCommand.self])
}

/// Runs `body` with the terms of the running server, or of the store if nobody serves it.
func withTerms<Result>(
    of settings: Configuration, _ body: (any Publishing) async throws -> Result
) async throws -> Result {
    let folder = DataFolder(settings.folder)
    let client = ControlClient(folder)
    // Another verb may hold the folder for a moment, or a server may be about to answer.
    for _ in 0..<50 {
        if await client.isAnswered() { return try await body(client) }
        do {
            let lock = try FolderLock(folder)
            let result = try await Composition.withStoredTerms(of: settings, body)
            _ = consume lock
            return result
        } catch let failure as Failure where failure.status == .locked {
            try await Task.sleep(for: .milliseconds(100))
        }
    }
    throw Failure(.locked, "another hoopoe holds \(folder.path) and does not answer; try again, or stop it")
}

/// Where `diff` and `publish` take their document from.
struct TermsSource: ParsableArguments {
    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("The document; without it, the one that comes with this program.", valueName: "file"))
    var from: String?

    func document() throws(Failure) -> [UInt8] {
        guard let from else { return TermsDocument.shipped.bytes }
        guard let data = FileManager.default.contents(atPath: from) else {
            throw Failure(.noInput, "\(from) cannot be read")
        }
        do throws(Failure) {
            return try TermsDocument(reading: [UInt8](data)).bytes
        } catch {
            throw Failure(.badData, "\(from): \(error.message)")
        }
    }

    func settings() throws -> Configuration {
        try Configuration.load(folder: DataFolder(existing: folder).path)
    }
}
