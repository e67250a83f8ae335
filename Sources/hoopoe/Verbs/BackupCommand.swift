// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server
import Store

/// `hoopoe backup …`.
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a data folder, content and keys apart; verify a copy.",
        usage: """
            hoopoe backup <dir> <to> [--keys <folder>] [--keep <count>]
            hoopoe backup verify <to> [--keys <folder>] [--stamp <stamp>]
            """,
        discussion: """
            Works while the server runs, and changes nothing in DIR. Each backup adds TO/content/STAMP: everything that \
            people keep, sealed, with the configuration, the log and the terms. The keys go to TO/keys, one folder that \
            every backup replaces, so that a key which somebody's withdrawal destroyed is gone from there too. Either \
            part alone opens nothing.
            """,
        subcommands: [BackupWriteCommand.self, BackupVerifyCommand.self], defaultSubcommand: BackupWriteCommand.self)
}

/// `hoopoe backup DIR TO`.
struct BackupWriteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "write",
        abstract: "Write a backup; this is what `hoopoe backup` does if no verb is named.",
        discussion: """
            TO is a new folder, an empty one, or one with earlier backups of the same store. Whatever stops a backup, \
            those before it stay as they are.

            The key part holds the region key: who has both parts has everything. With --keys it goes to another \
            medium than content; name the same folder each time. Never copy the key part before a backup replaces it: \
            such a copy keeps what people withdraw later.
            """)

    @OptionGroup var options: FolderOptions

    @Argument(help: ArgumentHelp("Where backups of this folder go.", valueName: "to"))
    var to: String

    @Option(help: ArgumentHelp("A folder for the key part alone, instead of TO/keys.", valueName: "folder"))
    var keys: String?

    @Option(help: ArgumentHelp("Afterwards remove all content but the newest.", valueName: "count"))
    var keep: Int?

    @Flag(help: "One JSON object on standard output.")
    var json = false

    func validate() throws {
        guard keep.map({ $0 > 0 }) ?? true else { throw ValidationError("--keep takes 1 or more.") }
    }

    private struct Report: Encodable {
        let version = 1
        let stamp: String
        let content: String
        let keys: String
        let bytes: Int64
        let rows: [String: Int]
    }

    func run() async throws {
        let settings = try options.load()
        let backup: Backup
        do throws(StoreError) {
            backup = Backup(of: try BackupSource(settings), to: BackupPlace(to, keys: keys))
        } catch {
            throw Failure(error)
        }
        let progress = SlowProgress()
        let keep = keep
        let written = try await progress.run {
            try backing { () throws(BackupError) in
                try backup.run(keep: keep, step: { progress.now($0.rawValue) })
            }
        }
        let tables = written.manifest.tables ?? []
        let bytes = written.manifest.files.reduce(0) { $0 + $1.size }
        if json {
            try StandardOutput.write(
                json: Report(
                    stamp: written.stamp, content: written.content, keys: written.keys, bytes: bytes,
                    rows: .init(uniqueKeysWithValues: tables.map { ($0.name, $0.rows) })))
        } else {
            StandardOutput.write(
                """
                \(written.content): \(bytes) bytes, \(rows("message", tables)) \
                message rows of \(rows("person", tables)) people.
                \(written.keys): the keys, replaced.

                Whether it can be restored:  hoopoe backup verify \(to)\(keys.map { " --keys \($0)" } ?? "")

                """)
        }
    }

    private func rows(_ table: String, _ tables: [TableDigest]) -> Int {
        tables.first { $0.name == table }?.rows ?? 0
    }
}
