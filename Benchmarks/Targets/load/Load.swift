// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Drives a server with clients and prints what it costs.
@main
struct Load: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Drive an XMPP server with clients, and print what it costs.",
        discussion: """
            One JSON object on standard output, progress on standard error. Losses are figures, not failures. The \
            server's certificate isn't verified.
            """,
        subcommands: [LoginCommand.self, IdleCommand.self, ChatCommand.self, OfflineCommand.self, SMSCommand.self])
}
