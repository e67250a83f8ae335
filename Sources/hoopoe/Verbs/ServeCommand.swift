// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Logging
import Server

/// `hoopoe serve DIR`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server of a data folder until SIGTERM or SIGINT.",
        discussion: """
            When it serves, one line appears on standard output, with the addresses actually bound:

              ready {"https":"127.0.0.1:5443","xmpp":"127.0.0.1:5222","xmpps":"127.0.0.1:5223"}

            Port 0 takes any free port. On SIGTERM or SIGINT it stops accepting, lets connections end in good order \
            for up to \(Serving.drainTime.components.seconds) seconds, and exits with status 0. A changed certificate \
            is taken up without a restart, at SIGHUP at once; a changed hoopoe.yaml needs one. A service manager that \
            sets NOTIFY_SOCKET is told.
            """)

    @OptionGroup var options: FolderOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Listen here instead: host:port for xmpp, or xmpp=, xmpps=, https= or metrics=host:port; may be repeated.",
            valueName: "address"))
    var listen: [String] = []

    func run() async throws {
        let configuration = try options.load(
            listen.map { address in
                address.contains("=") ? "listen.\(address)" : "listen.xmpp=\(address)"
            })
        try await Serving(configuration, logger: Logger(configuration.log)).run(Composition.server)
    }
}
