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
