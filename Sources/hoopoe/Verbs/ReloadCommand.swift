// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe reload DIR`.
struct ReloadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the running server read its certificate again.",
        discussion: """
            A server notices a renewed certificate by itself. This asks it to look at once and tells how that went: new \
            connections get the new certificate, and connections that stand keep theirs. If the certificate cannot be used \
            (key and certificate don't belong together, its time is over, a file can't be read), the one before stays in \
            use and the status is 78. SIGHUP to the server does the same and tells the log.

            A changed hoopoe.yaml needs a restart.
            """)

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let end = try await ControlClient(DataFolder(settings.folder)).reload()
        StandardOutput.write(
            "New connections get the certificate that is good until "
                + "\(end.formatted(.iso8601.year().month().day())).\n")
    }
}
