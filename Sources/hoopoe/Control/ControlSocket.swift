// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Lets `hoopoe person` reach the server that holds the folder, by a socket in it that only its owner can open.
///
/// The store has one writer, and the server keeps people and keys in memory: so changes go through it and never past it.
package struct ControlSocket: Service {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let channel: NIOAsyncChannel<Connection, Never>
    private let folder: DataFolder
    private let people: any People

    /// Listens from now on; answers once it runs.
    package init(_ folder: DataFolder, people: any People) async throws(Failure) {
        self.folder = folder
        self.people = people
        do {
            channel = try await withShortPath(folder.control) { path in
                try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
                            return try Connection(wrappingChannelSynchronously: channel)
                        }
                    }
            }
        } catch {
            throw Failure(.cannotCreate, "cannot listen on \(folder.control): \(error)")
        }
        _ = unsafe chmod(folder.control, 0o600)
    }

    package func run() async throws {
        defer { _ = unsafe unlink(folder.control) }
        await cancelWhenGracefulShutdown {
            try? await channel.executeThenClose { connections in
                await withDiscardingTaskGroup { group in
                    do {
                        for try await connection in connections {
                            group.addTask { await serve(connection) }
                        }
                    } catch {
                        // Closed, by shutdown or by the system: nobody is left to answer.
                    }
                }
            }
            // The group's other services decide when it ends.
            try? await Task.sleep(for: .seconds(Int64(Int32.max)))
        }
    }

    private func serve(_ connection: Connection) async {
        // A verb that goes away in the middle is not the server's trouble.
        try? await connection.executeThenClose { requests, answers in
            for try await line in requests {
                try await answers.write(try .line(await answer(line)))
            }
        }
    }

    private func answer(_ line: ByteBuffer) async -> ControlAnswer {
        do throws(Failure) {
            let request: ControlRequest
            do {
                request = try line.message(ControlRequest.self)
            } catch {
                throw Failure(.usage, "the server does not know that request: is it of another version?")
            }
            return try await answer(request)
        } catch {
            return .failed(status: error.status.rawValue, message: error.message)
        }
    }

    private func answer(_ request: ControlRequest) async throws(Failure) -> ControlAnswer {
        switch request {
        case .add(let entries):
            let members = entries.compactMap(\.member)
            guard members.count == entries.count else { throw Failure(.badData, "a verifier is malformed") }
            return .added(taken: try await people.add(members))
        case .list(let name, let limit):
            return .people(try await people.list(after: name, limit: min(max(limit, 1), 1_000)))
        case .remove(let name):
            try await people.remove(name)
            return .removed
        }
    }
}

/// Runs `body` with a path to the same file that fits into a socket's address, which holds 107 bytes.
func withShortPath<Result>(_ path: String, _ body: (String) async throws -> Result) async throws -> Result {
    guard path.utf8.count > 100 else { return try await body(path) }
    let url = URL(filePath: path)
    let descriptor = unsafe open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return try await body(path) }
    defer { close(descriptor) }
    return try await body("/proc/self/fd/\(descriptor)/\(url.lastPathComponent)")
}
