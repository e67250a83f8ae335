// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// The people of a folder that a server holds, asked of that server.
package struct ControlClient: People {
    private let folder: DataFolder

    package init(_ folder: DataFolder) { self.folder = folder }

    package func add(_ people: [NewMember]) async throws(Failure) -> [String] {
        guard case .added(let taken) = try await ask(.add(people.map { .init($0) })) else { throw Self.surprise }
        return taken
    }

    package func list(after name: String, limit: Int) async throws(Failure) -> [Member] {
        guard case .people(let people) = try await ask(.list(after: name, limit: limit)) else { throw Self.surprise }
        return people
    }

    package func remove(_ name: String) async throws(Failure) {
        guard case .removed = try await ask(.remove(name)) else { throw Self.surprise }
    }

    /// Whether a server answers there.
    package func isAnswered() async -> Bool {
        do {
            let channel = try await connect()
            try await channel.channel.close()
            return true
        } catch {
            return false
        }
    }

    private static var surprise: Failure {
        Failure(.internalError, "the server answered something else: is it of another version?")
    }

    private func ask(_ request: ControlRequest) async throws(Failure) -> ControlAnswer {
        let answer: ControlAnswer?
        do {
            answer = try await connect().executeThenClose { answers, requests in
                try await requests.write(try .line(request))
                for try await line in answers { return try line.message(ControlAnswer.self) }
                return nil
            }
        } catch {
            throw Failure(.unavailable, "the server of this folder cannot be reached at \(folder.control)")
        }
        switch answer {
        case .failed(let status, let message)?: throw Failure(ExitReason(rawValue: status) ?? .internalError, message)
        case let answer?: return answer
        case nil: throw Failure(.unavailable, "the server stopped before it answered; ask again")
        }
    }

    private func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await withShortPath(folder.control) { path in
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
                        return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                    }
                }
        }
    }
}
