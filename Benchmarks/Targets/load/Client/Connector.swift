import Gauge
import NIOCore
import NIOPosix
import NIOSSL

/// Makes connections to the server under test.
struct Connector: Sendable {
    let target: Target
    private let keys: ScramKeys
    private let tls: NIOSSLContext

    init(_ target: Target) throws {
        self.target = target
        keys = ScramKeys(password: target.password)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = ["xmpp-client"]
        // The cheapest for both sides, and every server has it.
        configuration.curves = [.x25519]
        tls = try NIOSSLContext(configuration: configuration)
    }

    /// A client that isn't connected yet.
    func client(_ index: Int, _ goal: Negotiation.Goal, on loop: any EventLoop) -> Client {
        var goal = goal
        goal.startTLS = target.starttls
        return Client(Account(index: index, domain: target.domain), goal, keys, tls, on: loop)
    }

    /// Begins to connect a client; its promises tell how that goes. On its loop only.
    func connect(_ client: Client, on loop: any EventLoop) {
        let handler = NIOLoopBound(client, eventLoop: loop)
        let (tls, domain, startTLS) = (tls, target.domain, target.starttls)
        ClientBootstrap(group: loop)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(.seconds(30))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if !startTLS { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: domain)) }
                    try pipeline.addHandler(handler.value)
                }
            }
            .connect(host: target.host, port: target.port)
            .whenFailure { error in handler.value.abandon("cannot connect: \(error)") }
    }
}
