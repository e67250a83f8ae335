// SPDX-License-Identifier: Apache-2.0

import Server
import Testing

@Suite("What the program says about itself")
struct HelpTests {
    @Test(
        "every verb's help is as recorded",
        arguments: [
            "", "init", "serve", "person", "person add", "person list", "person show", "person remove", "person code",
            "terms", "terms show", "terms diff", "terms publish", "check", "renew", "reload", "backup", "backup write",
            "backup verify",
            "restore", "trace", "log", "log verify", "log policy", "receipt", "receipt verify", "smsc"
        ])
    func help(_ verb: String) throws {
        let outcome = try Program.run(verb.split(separator: " ").map(String.init) + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.errors == "")
        let name = verb.isEmpty ? "hoopoe" : "hoopoe-" + verb.replacing(" ", with: "-")
        try expectRecorded(outcome.output, as: "Tests/CLISnapshots/\(name).txt")
    }

    @Test("the root's help names every verb, so none lacks a snapshot above")
    func verbs() throws {
        let help = try Program.run("--help").output
        let listed = help.split(separator: "SUBCOMMANDS:\n").last.map(String.init) ?? ""
        let verbs = listed.split(separator: "\n").filter {
            $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  See ")
        }
        .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(
            verbs == [
                "init", "serve", "person", "terms", "check", "renew", "reload", "backup", "restore", "trace", "log",
                "receipt", "smsc"
            ])
    }

    @Test("a wrong command line ends with status 64 and says how it goes")
    func usage() throws {
        for arguments in [["fly"], ["serve"], ["init", "/tmp/x"], ["serve", "/tmp/x", "--colour"]] {
            let outcome = try Program.run(arguments)
            #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains("Usage: hoopoe"))
            #expect(outcome.output == "")
        }
    }

    @Test("the reference in docs is what the table says")
    func reference() throws {
        try expectRecorded(Configuration.reference(), as: "docs/configuration.md")
    }
}
