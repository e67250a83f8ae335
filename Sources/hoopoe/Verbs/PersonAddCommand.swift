// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Foundation
import Server

/// `hoopoe person add …`.
struct PersonAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Let people in, with everything off.",
        usage: """
            hoopoe person add <name> <dir> [--password-file <file>]
            hoopoe person add --from <file> <dir>
            """,
        discussion: """
            The password is asked for on a terminal, and otherwise read from standard input, one line.

            A file for --from has one person a line: name, tab, password; or name, tab, and the two verifiers of RFC \
            5803 with a tab between them, SCRAM-SHA-1 and SCRAM-SHA-256. Empty lines and lines that begin with # are \
            passed over. The whole file is read before anybody is added; names that are taken stay as they are and \
            are told, with status 73, so that the same file may be given again after an interruption.
            """)

    @Argument(help: ArgumentHelp("The name, unless --from is given, and the data folder.", valueName: "name dir"))
    var words: [String]

    @Option(help: ArgumentHelp("Read the password from this file.", valueName: "file"))
    var passwordFile: String?

    @Option(help: ArgumentHelp("Add everybody in this file; - is standard input.", valueName: "file"))
    var from: String?

    func validate() throws {
        let expected = from == nil ? 2 : 1
        guard words.count == expected else {
            throw ValidationError(
                from == nil ? "Give a name and the data folder." : "With --from, give the data folder alone.")
        }
        guard from == nil || passwordFile == nil else {
            throw ValidationError("--from and --password-file exclude each other.")
        }
    }

    func run() async throws {
        let settings = try Configuration.load(folder: DataFolder(existing: words[words.count - 1]).path)
        if let from {
            try await addAll(of: from, settings)
        } else {
            try await addOne(words[0], settings)
        }
    }

    private func addOne(_ typed: String, _ settings: Configuration) async throws {
        let name = try newName(typed, domain: settings.domain)
        let password = try passwordFile.map(PasswordInput.file) ?? PasswordInput.standardInput(for: name)
        let list = PeopleList(name: name, password: password)
        let taken = try await withPeople(of: settings) { try await $0.add(list, iterations: settings.scram.iterations) }
        guard taken.isEmpty else {
            throw Failure(.cannotCreate, "\(name)@\(settings.domain) is here already; nothing was changed")
        }
        StandardOutput.write("\(name)@\(settings.domain) may log in\n")
    }

    private func addAll(of file: String, _ settings: Configuration) async throws {
        let list: PeopleList
        do throws(Failure) {
            list = try PeopleList(try Self.contents(file), domain: settings.domain)
        } catch {
            throw Failure(error.status, "\(file): \(error.message)")
        }
        let progress = SlowProgress()
        progress.now("adding \(list.count) people")
        let taken = try await progress.speaking {
            try await withPeople(of: settings) { people in
                try await people.add(list, iterations: settings.scram.iterations) { done in
                    progress.now("added \(done) of \(list.count) people")
                }
            }
        }
        StandardOutput.write("\(list.count - taken.count) people may log in now\n")
        guard taken.isEmpty else {
            throw Failure(.cannotCreate, "here already, and unchanged: \(Self.some(of: taken.sorted()))")
        }
    }

    private static func contents(_ file: String) throws(Failure) -> [UInt8] {
        do {
            return [UInt8](
                file == "-" ? FileHandle.standardInput.readDataToEndOfFile() : try Data(contentsOf: URL(filePath: file))
            )
        } catch {
            throw Failure(.noInput, "it cannot be read: \(error.localizedDescription)")
        }
    }

    /// As many names as a person reads.
    private static func some(of names: [String]) -> String {
        let (shown, rest) = (names.prefix(100), names.count - 100)
        return shown.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}
