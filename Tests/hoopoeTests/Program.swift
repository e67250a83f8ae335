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

    static func run(_ arguments: [String], input: String = "") throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.environment = ["PATH": "/usr/bin:/bin", "COLUMNS": "100", "TZ": "UTC"].merging(sanitizers) { own, _ in
            own
        }
        let (given, output, errors) = try starting.withLock { _ in
            let (given, output, errors) = (Pipe(), Pipe(), Pipe())
            process.standardInput = given
            process.standardOutput = output
            process.standardError = errors
            try process.run()
            return (given, output, errors)
        }
        try given.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try given.fileHandleForWriting.close()
        // No test of ours writes more than a pipe holds to both at once.
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        let complained = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: said, as: UTF8.self),
            errors: String(decoding: complained, as: UTF8.self))
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
