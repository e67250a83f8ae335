// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Store

/// `hoopoe restore FROM DIR`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Make a data folder from a backup.",
        discussion: """
            DIR must be new or empty. Every byte is compared with its digest on the way; if anything is wrong, DIR is \
            left as it was. What lay under keys that were destroyed after the copy was made is deleted, and the \
            transparency log goes on under the next number, so that what was published before is never contradicted.

            Restore the newest backup unless you have a reason not to. The server that the backup is of must be \
            stopped first, and stay so.
            """)

    @Argument(help: ArgumentHelp("Where the backups are.", valueName: "from"))
    var from: String

    @Argument(help: ArgumentHelp("The data folder to make.", valueName: "dir"))
    var folder: String

    @Option(help: ArgumentHelp("The folder of the key part, instead of FROM/keys.", valueName: "folder"))
    var keys: String?

    @Option(help: ArgumentHelp("Which backup, instead of the newest.", valueName: "stamp"))
    var stamp: String?

    func run() async throws {
        let backup = try backing { () throws(BackupError) in
            try StoredBackup(at: BackupPlace(from, keys: keys), stamp: stamp)
        }
        let restoration = try Restoration(of: backup, into: folder)
        let progress = SlowProgress()
        progress.now("restoring")
        let log = try await tidyOnSignal(restoration.undo) {
            try await progress.run { try restoration.run() }
        }
        var text = """
            \(folder) holds the backup \(backup.stamp) of \(backup.manifest.domain). The transparency log goes on as \
            number \(log), with a key of its own: whoever checks it needs its policy, from hoopoe log policy \(folder).

            Next:
              hoopoe check \(folder)   tells whether everything is right on this machine
              hoopoe serve \(folder)   serves, once the other server is stopped for good and DNS points here

            """
        if !backup.outside.isEmpty {
            text += """

                hoopoe.yaml names files outside of the folder. Their copies are in \(folder)/outside; put each where it \
                was, or change hoopoe.yaml:
                \(backup.outside.map { "  \($0)" }.joined(separator: "\n"))

                """
        }
        StandardOutput.write(text)
    }
}
