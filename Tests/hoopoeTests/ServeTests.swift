// SPDX-License-Identifier: Apache-2.0

import Foundation
import Logging
import NIOCore
import NIOPosix
import Server
import ServiceLifecycle
import Testing
import hoopoe

@Suite("hoopoe serve")
struct ServeTests {
    /// Accepts connections and nothing more: what is tested here is everything around a server.
    private struct Listener: Service {
        let configuration: Configuration
        let onReady: Serving.OnReady

        func run() async throws {
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: configuration.listen.xmpp.host, port: configuration.listen.xmpp.port).get()
            onReady(["xmpp": Endpoint(host: "127.0.0.1", port: channel.localAddress?.port ?? 0)])
            try await gracefulShutdown()
            try await channel.close()
        }
    }

    private struct Nobody: People {
        func add(_ people: [NewMember]) async throws(Failure) -> [String] { [] }
        func list(after name: String, limit: Int) async throws(Failure) -> [Member] { [] }
        func remove(_ name: String) async throws(Failure) -> FinalEvidence { throw Failure(.noPerson, "nobody") }
        func show(_ name: String) async throws(Failure) -> PersonCounts { throw Failure(.noPerson, "nobody") }
        func code(for name: String) async throws(Failure) -> String { "" }
    }

    private static func serve(
        _ folder: String, overrides: [String] = ["listen.xmpp=127.0.0.1:0"],
        thenOnReady then: @escaping @Sendable () -> Void
    ) async throws {
        let configuration = try Configuration.load(folder: folder, overrides: overrides)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        try await Serving(configuration, logger: logger).run { configuration, _, onReady in
            let listener = Listener(configuration: configuration) { bound in
                onReady(bound)
                then()
            }
            return Served(server: listener, people: Nobody(), terms: NoTerms(), traces: NoTraces())
        }
    }

    @Test(
        "prints exactly one ready line with the bound address and drains on either signal", arguments: [SIGTERM, SIGINT]
    )
    func readyAndDrain(_ signal: Int32) async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let result = try await #require(
            processExitsWith: .exitCode(0), observing: [\.standardOutputContent]
        ) { [folder = folder as String, signal = signal as Int32] in
            try await ServeTests.serve(folder) { kill(getpid(), signal) }
        }
        let lines = String(decoding: result.standardOutputContent, as: UTF8.self).split(separator: "\n")
            .filter { $0.hasPrefix("ready") }
        #expect(lines.count == 1)
        let addresses = try JSONDecoder().decode(
            [String: String].self, from: Data((lines.first ?? "").dropFirst("ready ".count).utf8))
        let port = addresses["xmpp"].flatMap { Endpoint($0) }?.port ?? 0
        #expect(addresses.count == 1 && port > 0)
    }

    @Test("a folder that is being served is refused with 75, and free again afterwards")
    func locked() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let lock = try DataFolder(folder).hold()
        let outcome = try Program.run("serve", folder)
        #expect(outcome.status == 75)
        #expect(outcome.output == "")
        #expect(outcome.errors.contains("is in use by another hoopoe (process \(getpid()))"))
        #expect(DataFolder(folder).isHeld)
        _ = consume lock
        #expect(!DataFolder(folder).isHeld)
        _ = try DataFolder(folder).hold()
    }

    @Test("a lock is let go while a child process being started has its file open")
    func lockOutlivesNothing() throws {
        let scratch = Scratch()
        let folder = DataFolder(try scratch.initialised())
        let lock = try folder.hold()
        let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap(Int32.init).first {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")) == folder.lock
        }
        let child = dup(try #require(held))
        defer { close(child) }
        _ = consume lock
        #expect(!folder.isHeld)
        _ = try folder.hold()
    }

    @Test("a port in use is status 69, and names the key")
    func portInUse() async throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let holder = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(holder.localAddress?.port)
        let failure = await #expect(throws: Failure.self) {
            try await Self.serve(folder, overrides: ["listen.xmpp=127.0.0.1:\(port)"]) {}
        }
        #expect(failure?.status == .unavailable)
        try await holder.close()
        let named = Serving.failure(
            ListenError(key: "listen.xmpp", endpoint: Endpoint(host: "127.0.0.1", port: 5222), reason: "in use"))
        #expect(named.message.contains("--set listen.xmpp=HOST:PORT"))
    }

    @Test("a wrong configuration is status 78, a folder that is not there 66")
    func refusals() throws {
        let scratch = Scratch()
        let folder = try scratch.initialised()
        let wrong = try Program.run("serve", folder, "--set", "scram.iterations=1")
        #expect(wrong.status == 78)
        #expect(wrong.errors.contains(#"--set: scram.iterations: "1" is not allowed"#))
        #expect(try Program.run("serve", folder, "--listen", "xmpp").status == 78)
        #expect(try Program.run("serve", folder + "-not").status == 66)
        try FileManager.default.removeItem(atPath: "\(folder)/hoopoe.yaml")
        #expect(try Program.run("serve", folder).status == 78)
    }

    @Test(
        "each kind of failure has its status",
        arguments: [
            (ConfigurationError([]), .configuration), (TLSFileError.key(path: "k"), .configuration),
            (IOError(errnoCode: EADDRINUSE, reason: "bind"), .unavailable),
            (IOError(errnoCode: ENOSPC, reason: "write"), .inputOutput),
            (CancellationError(), .internalError)
        ] as [(any Error, ExitReason)])
    func statuses(_ error: any Error, _ status: ExitReason) {
        #expect(Serving.failure(error).status == status)
    }

    @Test("an operator hears that the system gives too few open files")
    func descriptors() throws {
        #expect(DescriptorLimit.warning(connections: 1_000, limit: 1_256) == nil)
        let warning = try #require(DescriptorLimit.warning(connections: 1_000, limit: 1_255))
        #expect(warning.contains("limits.connections is 1000") && warning.contains("1255"))
        var limit = rlimit()
        let raised = DescriptorLimit.raise()
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        #expect(limit.rlim_cur == limit.rlim_max && raised == Int(clamping: limit.rlim_max))
    }
}
