// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// What every verb over an existing folder takes.
struct FolderOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Use this value for a key of hoopoe.yaml; may be repeated.", valueName: "key=value"))
    var overrides: [String] = []

    /// The configuration, with more overrides that win over `--set`.
    func load(_ more: [String] = []) throws -> Configuration {
        let folder = try DataFolder(existing: folder)
        return try Configuration.load(folder: folder.path, overrides: overrides + more)
    }
}
