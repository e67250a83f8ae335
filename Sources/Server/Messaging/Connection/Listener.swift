// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix

/// How clients reach a listener.
enum ListenerKind: String, Sendable {
    /// STARTTLS first (RFC 6120 §5).
    case startTLS = "xmpp"
    /// TLS from the first byte (XEP-0368).
    case directTLS = "xmpps"
}

/// Opens the listening sockets and gives each accepted connection its handlers.
enum Listener {
    /// Bytes a client may leave unread before its channel counts as not writable; low and high mark.
    static let outboundWatermarks = ChannelOptions.Types.WriteBufferWaterMark(low: 32 * 1024, high: 128 * 1024)

    /// What is read at a time: a stanza of usual length fits, and an idle client has no more waiting for its next one. It
    /// doubles as long as reads fill it.
    private static let inbound = AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 1024, maximum: 64 * 1024)

    static func bind(
        host: String, port: Int, group: any EventLoopGroup,
        initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: outboundWatermarks)
            .childChannelOption(.recvAllocator, value: inbound)
            .childChannelInitializer(initializer)
            .bind(host: host, port: port)
            .get()
    }
}
