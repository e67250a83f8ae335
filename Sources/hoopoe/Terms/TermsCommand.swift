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
