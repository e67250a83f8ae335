// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOPosix

/// A socket in the file system over which each line is answered with a line. A line has no line end inside, and its own
/// isn't part of it.
package struct LineSocket: Sendable {
    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let channel: NIOAsyncChannel<Connection, Never>

    /// Listens from now on, in place of what an earlier process left there; answers once it runs.
    ///
    /// The socket is its owner's only.
    package init(path: String) async throws(SystemFailure) {
        do {
            channel = try await withShortPath(path) { path in
                try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true) { channel in
                        channel.eventLoop.makeCompletedFuture { try Self.lines(channel) }
                    }
            }
        } catch {
            throw SystemFailure(error)
        }
        _ = unsafe chmod(path, 0o600)
    }

    /// Answers until its task is cancelled or the system closes the socket.
    package func run(_ answer: @escaping @Sendable ([UInt8]) async -> [UInt8]) async {
        try? await channel.executeThenClose { connections in
            await withDiscardingTaskGroup { group in
                do {
                    for try await connection in connections {
                        group.addTask { await Self.serve(connection, answer) }
                    }
                } catch {
                    // Closed, by shutdown or by the system: nobody is left to answer.
                }
            }
        }
    }

    private static func serve(_ connection: Connection, _ answer: @Sendable ([UInt8]) async -> [UInt8]) async {
        // A client that goes away in the middle is not the server's trouble.
        try? await connection.executeThenClose { requests, answers in
            for try await line in requests {
                try await answers.write(Self.ended(await answer(Array(line.readableBytesView))))
            }
        }
    }

    // MARK: The other end

    /// The answer to one line, over a connection of its own; nil if there was none.
    package static func ask(_ line: [UInt8], at path: String) async throws(SystemFailure) -> [UInt8]? {
        do {
            return try await connect(path).executeThenClose { answers, requests in
                try await requests.write(ended(line))
                for try await line in answers { return Array(line.readableBytesView) }
                return nil
            }
        } catch {
            throw SystemFailure(error)
        }
    }

    /// Whether somebody listens there.
    package static func isAnswered(at path: String) async -> Bool {
        do {
            // A plain channel: an asynchronous one that nobody reads and writes must not just be dropped.
            let channel = try await withShortPath(path) { path in
                try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connect(unixDomainSocketPath: path).get()
            }
            try await channel.close()
            return true
        } catch {
            return false
        }
    }

    private static func connect(_ path: String) async throws -> Connection {
        try await withShortPath(path) { path in
            try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try lines(channel) }
                }
        }
    }

    // MARK: Lines

    private static func lines(_ channel: any Channel) throws -> Connection {
        try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder()))
        return try Connection(wrappingChannelSynchronously: channel)
    }

    private static func ended(_ line: [UInt8]) -> ByteBuffer {
        ByteBuffer(bytes: line + [UInt8(ascii: "\n")])
    }
}

/// Cuts a stream of bytes into lines, none longer than a bound.
private struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    private static let longest = 4 * 1024 * 1024

    private struct TooLong: Error {}

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard buffer.readableBytes <= Self.longest else { throw TooLong() }
            return .needMoreData
        }
        let length = end - buffer.readerIndex
        guard length <= Self.longest, let line = buffer.readSlice(length: length) else { throw TooLong() }
        buffer.moveReaderIndex(forwardBy: 1)
        context.fireChannelRead(Self.wrapInboundOut(line))
        return .continue
    }

    mutating func decodeLast(
        context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool
    ) throws -> DecodingState {
        // A line that nobody ended was cut off: not a message.
        .needMoreData
    }
}

/// Runs `body` with a path to the same file that fits into a socket's address, which holds 107 bytes.
private func withShortPath<Result>(_ path: String, _ body: (String) async throws -> Result) async throws -> Result {
    guard path.utf8.count > 100 else { return try await body(path) }
    let url = URL(filePath: path)
    let descriptor = unsafe open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return try await body(path) }
    defer { close(descriptor) }
    return try await body("/proc/self/fd/\(descriptor)/\(url.lastPathComponent)")
}
