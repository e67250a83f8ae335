// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Server

/// `hoopoe trace ID DIR`.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract:
            "Follow one message: received, stored, acknowledged, sent, confirmed, SMS; its people see that you looked.",
        discussion: """
            Ids, steps and times only: no content, no addresses, no numbers. ID is the id of either side's copy: what that \
            person's app calls the stanza-id or archive id of the message, or what the log says at log.level debug. The \
            look is recorded before anything is printed, with the time, and everybody whose message it is sees it in the chat \
            with the server.

            The store knows when a message was stored, whether its recipient's devices have it, and how far its SMS came. \
            The other steps are remembered by the running server, the latest some ten thousand messages, until it stops.
            """)

    @Argument(help: "The message's id: 16 characters from 0-9 and a-f.")
    var id: String

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Flag(help: "One JSON object on standard output; times are milliseconds since 1970.")
    var json = false

    private struct Listing: Encodable {
        let version = 1
        let trace: MessageTrace
    }

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let trace = try await withTraces(of: settings) { try await $0.trace(id) }
        StandardError.write("Everybody whose message it is will see that you looked, and when.\n")
        guard json else { return StandardOutput.write(TraceText(trace).text) }
        try StandardOutput.write(json: Listing(trace: trace))
    }
}
