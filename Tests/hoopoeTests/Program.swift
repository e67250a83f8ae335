// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization
import Testing

/// The built binary, run as a person or a script would run it.
struct Program {
    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Beside the test binary in the build folder.
    static let path = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "hoopoe").path

    /// The checkout.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// One starts at a time: a program started while another's pipes are being made would hold them open, and whoever
    /// reads the other's output to its end would wait for this one too.
    private static let starting = Mutex(())

    static func run(_ arguments: String..., input: String = "") throws -> Outcome {
        try run(arguments, input: input)
    }

    /// What a sanitizer that this process runs under was told: the program runs under it too.
    private static let sanitizers = ProcessInfo.processInfo.environment.filter {
        ["ASAN_OPTIONS", "TSAN_OPTIONS", "LD_PRELOAD"].contains($0.key)
    }

    /// For tests in whose process the program's other side runs: holds no thread of the pool that it runs on.
    static func runAside(_ arguments: String..., input: String = "") async throws -> Outcome {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try run(arguments, input: input) }) }
        }
    }

    /// By posix_spawn: Foundation's `Process` looks through the open files for what to close and reads past the end of an entry
    /// of their folder, which ends the tests now and then.
    static func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let environment = ["PATH": "/usr/bin:/bin", "COLUMNS": "100", "TZ": "UTC"].merging(sanitizers) { own, _ in own }
        let (given, output, errors, child) = try starting.withLock { _ in
            let (given, output, errors) = (try Ends(), try Ends(), try Ends())
            let child = try spawn(
                [path] + arguments, environment.map { "\($0)=\($1)" },
                files: [given.reading.fileDescriptor, output.writing.fileDescriptor, errors.writing.fileDescriptor])
            return (given, output, errors, child)
        }
        for end in [given.reading, output.writing, errors.writing] { try end.close() }
        if !input.isEmpty { try given.writing.write(contentsOf: Data(input.utf8)) }
        try given.writing.close()
        // No test of ours writes more than a pipe holds to both at once.
        let said = try output.reading.readToEnd() ?? Data()
        let complained = try errors.reading.readToEnd() ?? Data()
        var status: Int32 = 0
        while unsafe waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { throw SystemError(code: errno) }
        }
        let signal = status & 0x7F
        return Outcome(
            status: signal == 0 ? (status >> 8) & 0xFF : signal, output: String(decoding: said, as: UTF8.self),
            errors: String(decoding: complained, as: UTF8.self))
    }

    private struct SystemError: Error {
        let code: Int32
    }

    /// A pipe that no other child gets.
    private struct Ends {
        let reading: FileHandle
        let writing: FileHandle

        init() throws {
            var ends: [Int32] = [0, 0]
            guard unsafe pipe(&ends) == 0 else { throw SystemError(code: errno) }
            for end in ends { guard fcntl(end, F_SETFD, FD_CLOEXEC) == 0 else { throw SystemError(code: errno) } }
            reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
            writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        }
    }

    /// glibc's `posix_spawn_file_actions_addclosefrom_np` (2.34 and later), which its headers show to GNU sources only.
    private static let closeFrom = unsafe unsafeBitCast(
        dlsym(nil, "posix_spawn_file_actions_addclosefrom_np"),
        to: (@convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32)?.self)

    /// Starts a program with these open files, numbered from 0, and no others.
    private static func spawn(_ words: [String], _ environment: [String], files: [Int32]) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, file, Int32(number))
        }
        // The tests' own sockets, which would stay open for as long as the child runs.
        guard let closeFrom = unsafe closeFrom, unsafe closeFrom(&actions, Int32(files.count)) == 0 else {
            throw SystemError(code: ENOSYS)
        }
        let words = unsafe words.map { unsafe strdup($0) } + [nil]
        let environment = unsafe environment.map { unsafe strdup($0) } + [nil]
        defer { unsafe (words + environment).forEach { unsafe free($0) } }
        var child: pid_t = 0
        let code = unsafe posix_spawn(&child, path, &actions, nil, words, environment)
        guard code == 0 else { throw SystemError(code: code) }
        return child
    }
}

/// A folder that is gone when the test is.
final class Scratch {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appending(path: "hoopoe-test-\(UUID().uuidString)").path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// A fresh data folder for localhost, listening on any free port.
    func initialised() throws -> String {
        let outcome = try Program.run("init", path, "--domain", "localhost")
        try #require(outcome.status == 0, "\(outcome.errors)")
        return path
    }
}

/// Compares with a file of the checkout, or writes it when `HOOPOE_RECORD` is set.
func expectRecorded(_ text: String, as path: String) throws {
    let file = Program.root.appending(path: path)
    if ProcessInfo.processInfo.environment["HOOPOE_RECORD"] != nil {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }
    let recorded = try? String(contentsOf: file, encoding: .utf8)
    #expect(
        recorded == text,
        "\(path) differs; if that is meant: HOOPOE_RECORD=1 swift test --filter hoopoeTests, and look at the change")
}
