// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `hoopoe person …`.
struct PersonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "person",
        abstract: "Say who may log in: add, list, remove.",
        discussion: "All of it works while the server runs.",
        subcommands: [])
}
