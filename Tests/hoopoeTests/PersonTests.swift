// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Server
import ServiceLifecycle
import Synchronization
import Testing
import XMPP
import hoopoe

/// People in memory, where the running server's would be: what is tested is the way there.
private final class PeopleInMemory: People {
    private let members = Mutex<[String: NewMember]>([:])

    func add(_ people: [NewMember]) async throws(Failure) -> [String] {
        members.withLock { members in
            people.filter { new in
                if members[new.name] != nil { return true }
                members[new.name] = new
                return false
            }.map(\.name)
        }
    }

    func list(after name: String, limit: Int) async throws(Failure) -> [Member] {
        members.withLock { members in
            members.keys.sorted().filter { $0 > name }.prefix(limit).map {
                Member(name: $0, created: 1_700_000_000_000)
            }
        }
    }

    func code(for name: String) async throws(Failure) -> String {
        guard members.withLock({ $0[name] }) != nil else { throw Failure(.noPerson, "nobody") }
        return "123456"
    }

    func remove(_ name: String) async throws(Failure) -> FinalEvidence {
        guard members.withLock({ $0.removeValue(forKey: name) }) != nil else {
            throw Failure(.noPerson, "nobody here is called \(name)")
        }
        return FinalEvidence(receipt: "the receipt", proof: "the proof\n")
    }

    func show(_ name: String) async throws(Failure) -> PersonCounts {
        guard members.withLock({ $0[name] }) != nil else { throw Failure(.noPerson, "nobody") }
        return PersonCounts(
            name: name, created: 1_700_000_000_000,
            kinds: [.init(name: "messages", count: 12), .init(name: "contacts", count: 3)])
    }

    func verifiers(of name: String) -> ScramVerifiers? { members.withLock { $0[name]?.verifiers } }
}

@Suite("hoopoe person, beside a running server")
struct PersonTests {
    /// Runs `body` while the folder's people answer on its control socket.
    private func served(
        _ folder: String, _ people: PeopleInMemory = PeopleInMemory(), _ body: () async throws -> Void
    ) async throws {
        let control = try await ControlSocket(DataFolder(folder), people: people, terms: NoTerms(), traces: NoTraces())
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: control)], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        #expect(!FileManager.default.fileExists(atPath: DataFolder(folder).control))
    }

    @Test("one by one: added from standard input or a file, listed, refused twice, removed")
    func oneByOne() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let people = PeopleInMemory()
        try await served(folder, people) {
            let added = try await Program.runAside("person", "add", "Ada", folder, input: "pencil\n")
            #expect(added.status == 0 && added.output == "ada@localhost may log in\n", "\(added.errors)")
            let verifiers = try #require(people.verifiers(of: "ada"))
            #expect(verifiers.sha1.matches(try #require(Password("pencil"))))
            #expect(verifiers.sha256.matches(try #require(Password("pencil"))))
            #expect(verifiers.sha256.iterations == 10_000)

            try Data("pen".utf8).write(to: URL(filePath: "\(folder)/pw"))
            #expect(
                try await Program.runAside("person", "add", "ben", folder, "--password-file", "\(folder)/pw").status
                    == 0)
            #expect(try await Program.runAside("person", "list", folder).output == "ada@localhost\nben@localhost\n")
            let again = try await Program.runAside("person", "add", "ada", folder, input: "other")
            #expect(again.status == 73 && again.errors.contains("is here already"))
            #expect(people.verifiers(of: "ada") == verifiers)

            let code = try await Program.runAside("person", "code", "ada", folder)
            #expect(code.status == 0 && code.output.contains("123456"))
            #expect(try await Program.runAside("person", "code", "nobody", folder).status == 67)
            let removed = try await Program.runAside("person", "remove", "ada", folder)
            #expect(removed.status == 0)
            #expect(removed.output == "ada@localhost is gone\n\nthe receipt\n\nthe proof\n")
            #expect(try await Program.runAside("person", "remove", "ada", folder).status == 67)
            let listing = try JSONSerialization.jsonObject(
                with: Data(try await Program.runAside("person", "list", folder, "--json").output.utf8))
            let rows = try #require((listing as? [String: Any])?["people"] as? [[String: String]])
            #expect(rows == [["address": "ben@localhost", "name": "ben", "since": "2023-11-14T22:13:20Z"]])
        }
    }

    @Test("a look at one person prints counts, and says that they will see it")
    func look() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        try await served(folder) {
            #expect(try await Program.runAside("person", "add", "ada", folder, input: "pencil\n").status == 0)
            let shown = try await Program.runAside("person", "show", "ada", folder)
            #expect(
                shown.output == "ada@localhost, here since 2023-11-14T22:13:20Z\n12\tmessages\n3\tcontacts\n",
                "\(shown.errors)")
            #expect(shown.errors == "ada@localhost will see that you looked, and when.\n")
            let json = try await Program.runAside("person", "show", "ada", folder, "--json")
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(object?["counts"] as? [String: Int] == ["messages": 12, "contacts": 3])
            #expect(try await Program.runAside("person", "show", "nobody", folder).status == 67)
        }
    }

    @Test("the final receipt is written to files, or printed if it can't be")
    func receiptFiles() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        try await served(folder) {
            for name in ["ada", "ben"] {
                #expect(try await Program.runAside("person", "add", name, folder, input: "pencil\n").status == 0)
            }
            let file = "\(folder)/final"
            let removed = try await Program.runAside("person", "remove", "ada", folder, "--receipt", file)
            #expect(removed.output == "ada@localhost is gone\n", "\(removed.errors)")
            #expect(try String(contentsOfFile: "\(file).receipt.jws", encoding: .utf8) == "the receipt")
            #expect(try String(contentsOfFile: "\(file).tlog-proof", encoding: .utf8) == "the proof\n")
            let refused = try await Program.runAside("person", "remove", "ben", folder, "--receipt", file)
            #expect(refused.status == 73 && refused.output.contains("the receipt"), "nothing is overwritten or lost")
        }
    }

    @Test("in bulk, more than one batch; names that are taken stay and are told")
    func bulk() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        // As few rounds as allowed: what is tested is not the derivation's cost.
        let configuration = try String(contentsOfFile: "\(folder)/hoopoe.yaml", encoding: .utf8)
        try Data(configuration.replacing("iterations: 10000", with: "iterations: 4096").utf8)
            .write(to: URL(filePath: "\(folder)/hoopoe.yaml"))
        let people = PeopleInMemory()
        try await served(folder, people) {
            let list = (0..<300).map { "person-\($0)\tpassword \($0)\n" }.joined()
            let added = try await Program.runAside("person", "add", "--from", "-", folder, input: list)
            #expect(added.status == 0 && added.output == "300 people may log in now\n", "\(added.errors)")
            #expect(try await Program.runAside("person", "list", folder).output.split(separator: "\n").count == 300)
            #expect(people.verifiers(of: "person-299")?.sha1.matches(try #require(Password("password 299"))) == true)

            try Data("person-7\tx\nnew\ty\n".utf8).write(to: URL(filePath: "\(folder)/more"))
            let more = try await Program.runAside("person", "add", "--from", "\(folder)/more", folder)
            #expect(more.status == 73 && more.output == "1 people may log in now\n")
            #expect(more.errors.contains("unchanged: person-7"))
        }
    }

    @Test("with verifiers of another server, in slices; the same file again changes nothing")
    func brought() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let verifiers = try ScramVerifiers(try #require(Password("pencil")), iterations: 4_096)
        let list = (0..<2_500).map { "person-\($0)\t\(verifiers.sha1.text)\t\(verifiers.sha256.text)\n" }.joined()
        let people = PeopleInMemory()
        try await served(folder, people) {
            let added = try await Program.runAside("person", "add", "--from", "-", folder, input: list)
            #expect(added.status == 0 && added.output == "2500 people may log in now\n", "\(added.errors)")
            #expect(people.verifiers(of: "person-2499") == verifiers)
            let again = try await Program.runAside("person", "add", "--from", "-", folder, input: list)
            #expect(again.status == 73 && again.output == "0 people may log in now\n")
            #expect(again.errors.contains("person-0, ") && again.errors.contains(" and 2400 more"))
        }
    }

    @Test("a folder whose path is too long for a socket's address is served all the same")
    func longPath() async throws {
        let scratch = Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path, withIntermediateDirectories: true)
        let folder = "\(scratch.path)/\(String(repeating: "long-", count: 24))"
        #expect(try await Program.runAside("init", folder, "--domain", "localhost").status == 0)
        try await served(folder) {
            let added = try await Program.runAside("person", "add", "ada", folder, input: "pencil")
            #expect(added.status == 0, "\(added.errors)")
            let listed = try await Program.runAside("person", "list", folder)
            #expect(listed.output == "ada@localhost\n")
        }
    }

    @Test("what the server does not understand it says, and goes on")
    func nonsense() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        try await served(folder) {
            let failure = await #expect(throws: Failure.self) {
                try await ControlClient(DataFolder(folder)).remove("nobody")
            }
            #expect(failure == Failure(.noPerson, "nobody here is called nobody"))
            #expect(await ControlClient(DataFolder(folder)).isAnswered())
        }
        #expect(!(await ControlClient(DataFolder(folder)).isAnswered()))
    }

    @Test("with nobody serving, a verb writes the store itself, and the next one finds what it wrote")
    func withoutServer() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        #expect(try Program.run("person", "list", folder).output == "")
        #expect(try Program.run("person", "add", "ada", folder, input: "pencil").status == 0)
        let list = try Program.run("person", "add", "--from", "-", folder, input: "ada\tx\nben\ty\n")
        #expect(list.status == 73 && list.errors.contains("unchanged: ada"), "\(list.errors)")
        #expect(try Program.run("person", "list", folder).output == "ada@localhost\nben@localhost\n")
        let shown = try Program.run("person", "show", "ada", folder)
        #expect(shown.status == 0 && shown.output.contains("1\tlooks by administrators"), "\(shown)")
        let names = shown.output.split(separator: "\n").dropFirst().compactMap { $0.split(separator: "\t").last }
        #expect(Set(names).count == names.count, "each kind is told once: \(names)")
        let removed = try Program.run("person", "remove", "ada", folder)
        #expect(removed.status == 0 && removed.output.contains("c2sp.org/tlog-proof@v1"), "\(removed)")
        #expect(try Program.run("person", "remove", "ada", folder).status == 67)
        #expect(try Program.run("person", "list", folder).output == "ben@localhost\n")
        #expect(!DataFolder(folder).isHeld)
    }

    @Test("a folder that is held by something that does not answer is told after a while")
    func held() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let lock = try DataFolder(folder).hold()
        let outcome = try Program.run("person", "list", folder)
        #expect(outcome.status == 75 && outcome.errors.contains("does not answer"))
        _ = consume lock
    }

    @Test("what cannot be a name or a password is refused before anybody is asked")
    func refusals() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        #expect(try Program.run("person", "add", "+447700900123", folder, input: "x").status == 65)
        #expect(try Program.run("person", "add", "a b", folder, input: "x").status == 65)
        #expect(try Program.run("person", "add", "ada", folder, input: "").status == 65)
        #expect(try Program.run("person", "add", "ada", folder, input: "two\nlines").status == 65)
        #expect(try Program.run("person", "add", "ada", folder, "--password-file", "/nowhere").status == 66)
        #expect(try Program.run("person", "add", "--from", "/nowhere", folder).status == 66)
        #expect(try Program.run("person", "add", "ada").status == 64)
        #expect(try Program.run("person", "add", "--from", "x", "ada", folder).status == 64)
        let list = try Program.run("person", "add", "--from", "-", folder, input: "ada\tsecret\nben\n")
        #expect(list.status == 65 && list.errors.contains("line 2") && !list.errors.contains("secret"))
    }
}
