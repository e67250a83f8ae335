// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe person remove NAME DIR`.
struct PersonRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a person and destroy the keys of all that is kept for them.",
        discussion: """
            It cannot be undone. On a terminal it asks first, unless --yes is given.

            What is printed is the final receipt and its proof, to be handed over to the person: they are kept nowhere. \
            With --receipt they are written to FILE.receipt.jws and FILE.tlog-proof instead. Apps of theirs that are \
            connected get both before their streams end.
            """)

    @Argument(help: "The person's name, without the domain.")
    var name: String

    @Argument(help: ArgumentHelp("The data folder.", valueName: "dir"))
    var folder: String

    @Flag(help: "Do not ask.")
    var yes = false

    @Option(
        help: ArgumentHelp(
            "Write the final receipt to FILE.receipt.jws, its proof to FILE.tlog-proof.", valueName: "file"))
    var receipt: String?

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: folder).path)
        let name = try preparedName(name, domain: settings.domain)
        if !yes, isatty(STDIN_FILENO) == 1 {
            StandardError.write(
                "Everything of \(name)@\(settings.domain) will be gone for ever. Type the name to go on: ")
            guard readLine() == name else { throw Failure(.failed, "nothing was changed") }
        }
        let evidence = try await withPeople(of: settings) { try await $0.remove(name) }
        StandardOutput.write("\(name)@\(settings.domain) is gone\n")
        guard let receipt else {
            StandardOutput.write("\n\(evidence.receipt)\n\n\(evidence.proof ?? Self.noProof)")
            return
        }
        try write(evidence.receipt, to: "\(receipt).receipt.jws", orPrint: evidence)
        if let proof = evidence.proof { try write(proof, to: "\(receipt).tlog-proof", orPrint: evidence) }
    }

    private static let noProof = "(the log could not be published just now, so there is no proof)\n"

    /// There is no second copy: what can't be written is printed.
    private func write(_ text: String, to path: String, orPrint evidence: FinalEvidence) throws(Failure) {
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
        } catch {
            StandardOutput.write("\n\(evidence.receipt)\n\n\(evidence.proof ?? Self.noProof)")
            throw Failure(.cannotCreate, "\(path) cannot be written; the receipt stands on standard output instead")
        }
    }
}
