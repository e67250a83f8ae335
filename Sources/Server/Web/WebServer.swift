// SPDX-License-Identifier: Apache-2.0

import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOSSL
import Synchronization

/// HTTP on the server's own loops, by TLS unless there is none: accepts, bounds, serves, ends.
final class WebServer: Sendable {
    /// Limits on what one client, and all of them, can make the server hold.
    static let connectionLimit = 512
    private static let connectionsPerAddress = 64
    private static let idleTime = TimeAmount.seconds(20)
    /// How long a request may take until it is whole, counted from the answer before it or from the beginning.
    private static let requestTime = TimeAmount.seconds(30)
    private static let headerBytes = 8_192
    private static let headerCount = 64
    /// How long answers on their way get at the end.
    private static let drainTime = Duration.seconds(5)

    private typealias Connection = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>

    private let tls: TLSFiles?
    private let http: HTTP1Channel
    private let gate: ConnectionGate
    private let accepted = AsyncStream.makeStream(of: Connection.self)
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])
    /// For the HTTP library: what it would log may quote a request.
    private let silence = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }

    /// Without `limits` addresses aren't told apart, for who may reach it is the operator's choice.
    init(
        _ writing: WebWriting, tls: TLSFiles?, limits: Configuration.Limits? = nil,
        refused: @escaping @Sendable (ConnectionGate.Refusal) -> Void = { _ in }
    ) {
        self.tls = tls
        let sources = limits.map { limits in
            SourceLimits(
                connections: min(limits.connectionsPerAddress, Self.connectionsPerAddress),
                loggingIn: Self.connectionsPerAddress, newPerMinute: limits.newConnectionsPerMinute)
        }
        gate = ConnectionGate(
            limit: Self.connectionLimit, sources: sources, trusted: limits?.trustedAddresses ?? [], refused: refused)
        http = HTTP1Channel(
            responder: { request, writer, channel in try await writing.respond(to: request, writer, on: channel) },
            configuration: .init(
                additionalChannelHandlers: [RequestPatience(Self.requestTime)],
                idleTimeout: Self.idleTime,
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: Self.headerBytes, maxHeaderListSize: 2 * Self.headerBytes,
                    maxHeaderFieldCount: Self.headerCount)))
    }

    /// Starts listening; clients are served while ``run()`` runs. `admitted` is told of each connection on its loop.
    func listen(
        at endpoint: Endpoint, group: any EventLoopGroup, admitted: @escaping @Sendable (any Channel) -> Void = { _ in }
    ) async throws -> any Channel {
        try await Listener.bind(host: endpoint.host, port: endpoint.port, group: group) { channel in
            self.gate.admit(channel, needsLogin: true) { _ in
                self.tls == nil ? [] : RefusalWords.alert
            } _: { admission in
                admitted(channel)
                try self.setUp(channel, admission)
            }
        }
    }

    /// Serves those accepted until ``stop()``.
    func run() async {
        await withDiscardingTaskGroup { tasks in
            for await connection in accepted.stream {
                tasks.addTask { [http, silence] in await http.handle(value: connection, logger: silence) }
            }
        }
    }

    /// Ends idle connections at once, and others with the answer that is on its way, but not later than `drainTime`.
    ///
    /// `serving` is the task that runs ``run()``; the listening channel is closed before.
    func stop(_ serving: Task<Void, Never>) async {
        accepted.continuation.finish()
        for channel in open.withLock({ Array($0.values) }) {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
        }
        let impatience = Task {
            try await Task.sleep(for: Self.drainTime)
            for channel in self.open.withLock({ Array($0.values) }) { channel.close(promise: nil) }
        }
        await serving.value
        impatience.cancel()
    }

    private func setUp(_ channel: any Channel, _ admission: Admission) throws {
        if let tls {
            let handler = NIOSSLServerHandler(context: tls.currentContext(for: .https))
            try channel.pipeline.syncOperations.addHandler(handler)
        }
        let id = ObjectIdentifier(channel)
        open.withLock { $0[id] = channel }
        channel.closeFuture.whenComplete { _ in self.open.withLock { $0[id] = nil } }
        http.setup(channel: channel, logger: silence).whenComplete { result in
            switch result {
            case .success(let connection):
                channel.pipeline.fireUserInboundEventTriggered(admission)
                self.accepted.continuation.yield(connection)
            case .failure: channel.close(promise: nil)
            }
        }
    }
}
