// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server
import UnixSignals

/// `hoopoe smsc`.
struct SMSCCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "smsc",
        abstract: "Play a phone network on this machine: a simulated SMSC with handsets.",
        discussion: """
            Speaks SMPP 3.4 to a route of hoopoe.yaml, shows what the handsets get, and sends delivery receipts. When it \
            listens, one line appears on standard output:

              ready {"smpp":"127.0.0.1:2775"}

            Then commands are read from standard input, one a line:

            \(HandsetCommand.listing)

            With --json, every event is one line of JSON, such as
              {"event":"text","from":"+447700900001","text":"Hi","to":"+447911123456"}

            Not for a public network: whoever reaches the port and knows the account can text.
            """)

    @Option(help: ArgumentHelp("Where to listen; port 0 takes any free port.", valueName: "host:port"))
    var listen = "127.0.0.1:2775"

    @Option(
        name: .customLong("system-id"),
        help: ArgumentHelp("The only account that may bind; anybody without.", valueName: "name"))
    var systemID: String?

    @Option(
        name: .customLong("password-file"),
        help: ArgumentHelp("A file with the account's password; any password without.", valueName: "file"))
    var passwordFile: String?

    @Option(
        name: .customLong("receipt-delay"),
        help: ArgumentHelp("How long after its arrival a receipt goes out, in milliseconds.", valueName: "ms"))
    var receiptDelay: Int64 = 200

    @Flag(help: "Events as lines of JSON on standard output.")
    var json = false

    func validate() throws {
        guard Endpoint(listen) != nil else {
            throw ValidationError("--listen takes host:port, such as 127.0.0.1:2775.")
        }
        guard (0...86_400_000).contains(receiptDelay) else {
            throw ValidationError("--receipt-delay takes 0 to 86400000 milliseconds.")
        }
    }

    func run() async throws {
        guard let endpoint = Endpoint(listen) else { return }
        var settings = PocketSMSC.Settings()
        settings.systemID = systemID
        settings.password = try passwordFile.map {
            try Configuration(folder: ".").secret(inFile: $0, key: "--password-file")
        }
        settings.carrier.receiptDelay = receiptDelay
        let smsc = PocketSMSC(settings)
        let bound: Endpoint
        do {
            bound = try await smsc.start(endpoint)
        } catch {
            throw Failure(.unavailable, "--listen \(endpoint): cannot listen there; another program may hold the port")
        }
        let view = HandsetView(json: json)
        StandardOutput.write("ready \(try jsonLine(["smpp": bound.description]))")
        if !json { StandardOutput.write("Type help for the commands.\n") }

        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await event in smsc.events { view.show(event) }
            }
            group.addTask {
                for await line in InputLines().lines {
                    switch HandsetCommand.read(line) {
                    case .success(.quit): return
                    case .success(.help): view.say(HandsetCommand.listing)
                    case .success(.nothing): break
                    case .success(.carrier(let command)): smsc.send(command)
                    case .failure(let wrong): view.complain(wrong.description)
                    }
                }
                // The end of the input ends nothing: a script may have no more to say and still want to listen.
                try? await Task.sleep(for: .seconds(1_000_000_000))
            }
            group.addTask { for await _ in signals { return } }
            // Either `quit` or a signal; the events never end by themselves.
            await group.next()
            await smsc.stop()
            group.cancelAll()
        }
    }
}
