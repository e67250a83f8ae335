// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import Server
import Synchronization
import Testing
import hoopoe

@Suite("Certificates that change on disk")
struct TLSFilesTests {
    private struct Pair {
        let certificate: String
        let key: String

        init(in folder: String) {
            certificate = "\(folder)/tls/server.pem"
            key = "\(folder)/tls/server.key"
        }
    }

    private final class Messages: Sendable {
        let errors = Mutex(0)
    }

    private func logger(_ messages: Messages) -> Logger {
        Logger(label: "test") { label in
            LineLogHandler(label: label, level: .error, format: { _, _, _ in "" }) { _ in
                messages.errors.withLock { $0 += 1 }
            }
        }
    }

    @Test("a new pair is taken up, a bad one is told once and not used")
    func reload() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let pair = Pair(in: folder)
        let messages = Messages()
        let files = try TLSFiles(
            certificate: pair.certificate, key: pair.key, logger: logger(messages), lookEvery: .zero)
        let first = files.currentContext()
        #expect(files.currentContext() === first)

        try Data("broken".utf8).write(to: URL(filePath: pair.certificate))
        #expect(files.currentContext() === first)
        // The other half of a new pair may be a moment behind: only what stays broken is told.
        #expect(messages.errors.withLock { $0 } == 0)
        #expect(files.currentContext() === first)
        #expect(files.currentContext() === first)
        #expect(messages.errors.withLock { $0 } == 1)

        #expect(try Program.run("renew", folder).status == 0)
        let second = files.currentContext()
        #expect(second !== first)
        #expect(files.currentContext() === second)

        try FileManager.default.removeItem(atPath: pair.key)
        #expect(files.currentContext() === second)
        #expect(files.currentContext() === second)
        #expect(messages.errors.withLock { $0 } == 2)
    }

    @Test("a refused pair is tried again though its files show no change, and its reason told once")
    func again() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let pair = Pair(in: folder)
        let messages = Messages()
        let files = try TLSFiles(
            certificate: pair.certificate, key: pair.key, logger: logger(messages), lookEvery: .zero)
        let first = files.currentContext()
        let key = URL(filePath: pair.key)
        let good = try Data(contentsOf: key)
        /// Writes into the same file, as of the same time: what a change of owner or of the clock looks like from outside.
        func put(_ content: Data) throws {
            let file = try FileHandle(forUpdating: key)
            try file.write(contentsOf: content)
            try file.close()
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1_790_000_000)], ofItemAtPath: pair.key)
        }
        try put(Data(repeating: 0x20, count: good.count))
        for _ in 0..<3 { #expect(files.currentContext() === first) }
        files.lookAgain()
        #expect(messages.errors.withLock { $0 } == 1)
        try put(good)
        #expect(files.currentContext() === first)
        files.lookAgain()
        #expect(files.currentContext() !== first)
        #expect(messages.errors.withLock { $0 } == 1)
    }

    @Test("told to reload, it takes a good pair up at once and says what is wrong with a bad one")
    func told() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let pair = Pair(in: folder)
        let messages = Messages()
        let files = try TLSFiles(
            certificate: pair.certificate, key: pair.key, logger: logger(messages), lookEvery: .seconds(3_600))
        let first = files.currentContext()
        #expect(try Program.run("renew", folder).status == 0)
        let days = try files.reload().timeIntervalSinceNow / 86_400
        #expect(days > 396 && days < 398)
        let second = files.currentContext()
        #expect(second !== first)
        #expect(files.currentContext(for: .https) !== second)

        let authority = try LocalAuthority(domain: "localhost")
        let ended = try authority.issue(domain: "localhost", now: .now - 400 * 86_400)
        let early = try authority.issue(domain: "localhost", now: .now + 2 * 86_400)
        for (chain, key, wrong) in [
            (ended.chain, ended.key, "ended on"), (early.chain, early.key, "not good yet"),
            (early.chain, ended.key, "does not belong"), ("", ended.key, "holds no PEM certificate")
        ] {
            try chain.write(toFile: pair.certificate, atomically: true, encoding: .utf8)
            try key.write(toFile: pair.key, atomically: true, encoding: .utf8)
            let error = #expect(throws: TLSFileError.self) { try files.reload() }
            #expect(error?.description.contains(wrong) == true, "\(String(describing: error))")
            #expect(files.currentContext() === second)
        }
        #expect(messages.errors.withLock { $0 } == 4)
    }

    @Test("files are not looked at more often than asked")
    func pace() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let pair = Pair(in: folder)
        let files = try TLSFiles(
            certificate: pair.certificate, key: pair.key, logger: logger(Messages()), lookEvery: .seconds(3_600))
        let first = files.currentContext()
        #expect(try Program.run("renew", folder).status == 0)
        #expect(files.currentContext() === first)
    }

    @Test("a start within half a renewal waits for the other half, and for nothing else")
    func half() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let pair = Pair(in: folder)
        let log = logger(Messages())
        let configuration = Configuration(folder: folder)
        let old = try Data(contentsOf: URL(filePath: pair.key))
        #expect(try Program.run("renew", folder).status == 0)
        let new = try Data(contentsOf: URL(filePath: pair.key))
        try old.write(to: URL(filePath: pair.key), options: .atomic)
        await #expect(throws: TLSFileError.mismatch(certificate: pair.certificate, key: pair.key)) {
            try await TLSFiles.beginning(configuration, logger: log, patience: .milliseconds(200))
        }
        async let files = TLSFiles.beginning(configuration, logger: log, patience: .seconds(60))
        try await Task.sleep(for: .milliseconds(300))
        try new.write(to: URL(filePath: pair.key), options: .atomic)
        _ = try await files
        try FileManager.default.removeItem(atPath: pair.key)
        await #expect(throws: TLSFileError.key(path: pair.key)) {
            try await TLSFiles.beginning(configuration, logger: log, patience: .seconds(3_600))
        }
    }

    @Test("what cannot be used at the start is an error that names the file")
    func unusable() throws {
        let (one, two) = (Scratch(), Scratch())
        let pair = Pair(in: try one.initialised())
        let other = Pair(in: try two.initialised())
        let log = logger(Messages())
        #expect(throws: TLSFileError.mismatch(certificate: pair.certificate, key: other.key)) {
            try TLSFiles(certificate: pair.certificate, key: other.key, logger: log)
        }
        #expect(throws: TLSFileError.certificate(path: "/nowhere")) {
            try TLSFiles(certificate: "/nowhere", key: pair.key, logger: log)
        }
        #expect(throws: TLSFileError.certificate(path: pair.key)) {
            try TLSFiles(certificate: pair.key, key: pair.key, logger: log)
        }
        #expect(throws: TLSFileError.key(path: pair.certificate)) {
            try TLSFiles(certificate: pair.certificate, key: pair.certificate, logger: log)
        }
    }
}
