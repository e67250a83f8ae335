import Consent
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import SMPP
import Synchronization

/// Keeps one route connected to its carrier: connects, binds, and comes back after failures, slower each time.
struct SMSConnector: Sendable {
    let route: Route
    let line: RouteLine
    let group: any EventLoopGroup
    let logger: Logger
    let permission: @Sendable (_ owner: PersonID, _ standsInFor: PersonID?) -> SMSPermission
    let report: @Sendable (LinkEvent) -> Void

    /// How long a connection attempt may take.
    private static let connectTimeout = TimeAmount.seconds(30)

    /// Runs until cancelled.
    func run() async {
        var failures = 0
        while !Task.isCancelled {
            let course = ConnectionCourse()
            await connectOnce(course)
            if Task.isCancelled { return }
            let went = course.value
            let lasted = (went.boundFor ?? .zero) >= .milliseconds(route.reconnect.longest)
            failures = lasted ? 1 : failures + 1
            var wait = route.reconnect.delay(attempt: failures, jitter: Double.random(in: 0..<1))
            if went.isSlow {
                wait = route.reconnect.longest
                logger.error("the carrier refuses this account; check system-id, password-file and the contract")
            }
            let reason = went.reason.map { "\($0)" } ?? "lost"
            logger.info("connecting again", metadata: ["in-ms": "\(wait)", "reason": "\(reason)"])
            do { try await Task.sleep(for: .milliseconds(wait)) } catch { return }
        }
    }

    /// One connection, from connecting to its end.
    private func connectOnce(_ course: ConnectionCourse) async {
        do {
            let tls = try route.tls.map { try NIOSSLContext(configuration: $0) }
            let channel = try await ClientBootstrap(group: group)
                .connectTimeout(Self.connectTimeout)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let pipeline = channel.pipeline.syncOperations
                        if let tls {
                            try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: hostname))
                        }
                        try pipeline.addHandler(handler(course))
                    }
                }
                .connect(host: route.smsc.host, port: route.smsc.port).get()
            await withTaskCancellationHandler {
                try? await channel.closeFuture.get()
            } onCancel: {
                channel.close(promise: nil)
            }
        } catch {
            logger.warning("cannot connect", metadata: ["error": "\(type(of: error))"])
        }
    }

    private func handler(_ course: ConnectionCourse) throws(FieldError) -> ESMEHandler {
        ESMEHandler(
            try ESMESession(route.session, jitterSeed: UInt64.random(in: .min ... .max)), line: line, course: course,
            logger: logger, permission: permission, report: report)
    }

    /// For the certificate; none when the carrier is named by its address.
    private var hostname: String? {
        let isAddress = (try? SocketAddress(ipAddress: route.smsc.host, port: 0)) != nil
        return isAddress ? nil : route.smsc.host
    }
}

/// How a connection went, for the next one.
final class ConnectionCourse: Sendable {
    struct Value: Sendable {
        var boundFor: TimeAmount?
        /// Credentials or account are at fault.
        var isSlow = false
        var reason: CloseReason?
    }

    private let state = Mutex(Value())

    var value: Value { state.withLock(\.self) }

    func note(_ change: (inout Value) -> Void) {
        state.withLock { change(&$0) }
    }
}
