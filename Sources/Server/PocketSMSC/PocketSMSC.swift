import NIOCore
import NIOPosix
package import NIOSSL
package import SMPP
import Synchronization

/// A simulated carrier behind a real SMPP 3.4 server: for demonstrations, and for tests of the way out to SMS.
package final class PocketSMSC: Sendable {
    package struct Settings: Sendable {
        /// The account that may bind; anybody if nil.
        package var systemID: String?
        package var password: String?
        package var tls: TLSConfiguration?
        package var carrier = SimulatedCarrier.Settings()

        package init() {}
    }

    /// What is told to the carrier; numbers are digits without plus.
    package enum Command: Sendable {
        /// A handset texts one of the ESME's numbers.
        case type(String, from: String, to: String)
        case on(String)
        case off(String)
        case throttle(Int)
        case set(SimulatedCarrier.Conduct, String)
        /// Anything at all, to the ESME.
        case inject(DeliverSM)
        /// Ends every connection without a word.
        case cut
        /// Asks every ESME to leave.
        case unbind
    }

    /// What happens, in order. For one reader.
    package let events: AsyncStream<SimulatedCarrier.Event>
    private let continuation: AsyncStream<SimulatedCarrier.Event>.Continuation
    private let settings: Settings
    private let loop: any EventLoop
    private let hub: NIOLoopBoundBox<SMSCHub>
    private let channel = Mutex<(any Channel)?>(nil)

    package init(_ settings: Settings = Settings()) {
        self.settings = settings
        (events, continuation) = AsyncStream.makeStream()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        self.loop = loop
        let report = continuation
        hub = NIOLoopBoundBox.makeBoxSendingValue(
            SMSCHub(
                SimulatedCarrier(settings.carrier), systemID: settings.systemID, password: settings.password,
                loop: loop, report: { report.yield($0) }),
            eventLoop: loop)
    }

    /// Listens; port 0 takes any.
    ///
    /// Gives the address actually bound.
    package func start(_ endpoint: Endpoint) async throws -> Endpoint {
        let hub = hub
        let tls = try settings.tls.map { try NIOSSLContext(configuration: $0) }
        let listener = try await ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    try pipeline.addHandler(hub.value.accept())
                }
            }
            .bind(host: endpoint.host, port: endpoint.port).get()
        channel.withLock { $0 = listener }
        return Endpoint(host: endpoint.host, port: listener.localAddress?.port ?? endpoint.port)
    }

    package func send(_ command: Command) {
        loop.execute { [hub] in
            let hub = hub.value
            switch command {
            case .type(let text, let from, let to): hub.change { $0.type(text, from: from, to: to) }
            case .on(let number): hub.change { $0.set(on: true, number, now: SMSCHub.now) }
            case .off(let number): hub.change { $0.set(on: false, number, now: SMSCHub.now) }
            case .throttle(let times):
                hub.change {
                    $0.throttle(times)
                    return []
                }
            case .set(let conduct, let number):
                hub.change {
                    $0.set(conduct, for: number)
                    return []
                }
            case .inject(let message): hub.change { [$0.inject(message)] }
            case .cut: hub.closeAll(politely: false)
            case .unbind: hub.closeAll(politely: true)
            }
        }
    }

    /// Stops listening, asks every ESME to leave, and ends the connections of those who take their time.
    package func stop() async {
        let listener = channel.withLock { $0 }
        try? await listener?.close()
        send(.unbind)
        try? await Task.sleep(for: .milliseconds(100))
        send(.cut)
        continuation.finish()
    }
}
