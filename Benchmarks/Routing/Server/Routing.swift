import Consent
import Foundation
import Logging
import Measuring
import NIOCore
import NIOEmbedded
import NIOPosix
import Store
import Wire
import XMPP

/// Routes messages without sockets: bytes of one client's stream are scanned, become a stanza, go through its session and the
/// router to the recipient's session, into its outbox and its connection, and are bytes again, before TLS.
///
/// Everything is on one loop that runs when told to. The messages forbid their storage, so no disk and no other thread is waited
/// for. Recipients acknowledge every eighth message, as they are asked.
package final class Routing {
    private let loop = EmbeddedEventLoop()
    private let server: MessagingServer
    private let services: Services
    private var parser = XMLStreamParser()
    private let sender: Session
    private var recipients: [Recipient] = []
    private var channels: [EmbeddedChannel] = []

    private struct Recipient {
        let session: Session
        let channel: EmbeddedChannel
        /// What comes for them.
        let message: [UInt8]
        var received: UInt32 = 0
    }

    package init(folder: String) throws {
        var configuration = Configuration(folder: folder)
        configuration.domain = "chat.example.org"
        configuration.listen.https = nil
        guard let region = Region(configuration.region) else { throw Unexpected() }
        try Self.makeCertificate(configuration)
        try RegionFiles(folder: folder, region: region).create()
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        server = try MessagingServer(configuration, tls: TLSFiles(configuration, logger: logger), logger: logger) { _ in }
        services = try server.services(group: loop, slowThreads: .singleton)
        let verifier = Verifier(salt: [1], iterations: 4_096, storedKey: [2], serverKey: [3])
        let names = (0...10).map { "person\($0)" }
        _ = try waitFor { [writer = server.store.writer] in
            try await writer.add(
                names.map { NewPerson(name: $0, verifiers: Verifiers(sha1: verifier, sha256: verifier)) })
        }
        let connected = try names.map { [services, loop] name in
            guard let account = try waitFor({ [services] in await services.account(named: name) }) else {
                throw Unexpected()
            }
            return try Self.connect(account, services, loop)
        }
        sender = connected[0].session
        channels = connected.map(\.channel)
        for (session, channel) in connected.dropFirst() {
            recipients.append(Recipient(session: session, channel: channel, message: try Self.message(to: session)))
        }
        parser.feed(
            Array(
                """
                <?xml version='1.0'?><stream:stream xmlns='jabber:client' \
                xmlns:stream='http://etherx.jabber.org/streams' to='chat.example.org' version='1.0'>
                """.utf8))
        guard case .opened = try parser.next() else { throw Unexpected() }
    }

    deinit {
        server.store.close()
        for channel in channels { _ = try? channel.finish(acceptAlreadyClosed: true) }
    }

    /// Routes so many messages, one after the other.
    package func run(_ count: Int) throws -> Int {
        var sum = 0
        for index in 0..<count {
            let at = index % recipients.count
            let recipient = recipients[at]
            unsafe recipient.message.withUnsafeBytes { unsafe parser.feed($0.bytes) }
            guard case .element(let element) = try parser.next() else { throw Unexpected() }
            sender.receive(try Stanza(element).stamped(from: sender.address))
            loop.run()
            guard let bytes = try recipient.channel.readOutbound(as: ByteBuffer.self) else { throw Unexpected() }
            sum += bytes.readableBytes
            recipients[at].received += 1
            if recipients[at].received % 8 == 0 {
                recipient.session.acknowledged(recipients[at].received)
                loop.run()
                while try recipient.channel.readOutbound(as: ByteBuffer.self) != nil {}
            }
        }
        return sum
    }

    /// A chat message of 334 bytes that may not be stored.
    private static func message(to session: Session) throws -> [UInt8] {
        let before = "<message to='\(session.account.address)' type='chat' id='c0ffee00-0001'><body>"
        let after =
            "</body><no-store xmlns='urn:xmpp:hints'/><origin-id xmlns='urn:xmpp:sid:0' id='c0ffee00-0001'/></message>"
        let words = "The hoopoe is a bird with a crown of feathers that it raises when it lands. "
        let body = Array(repeating: words, count: 5).joined().prefix(334 - before.utf8.count - after.utf8.count)
        return Array((before + body + after).utf8)
    }

    /// An available resource with stream management, on a channel of its own.
    private static func connect(
        _ account: Account, _ services: Services, _ loop: EmbeddedEventLoop
    ) throws -> (session: Session, channel: EmbeddedChannel) {
        let connection = ClientConnection(services, isEncrypted: true)
        let channel = EmbeddedChannel(handler: connection, loop: loop)
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let mailbox = services.mailboxes[loop]
        let session = Session(
            account: account, resource: "phone", address: account.address(of: "phone"), services: services,
            mailbox: mailbox, followsBrokenSession: false)
        session.management = Management(outbound: OutboundQueue(limits: .init(stanzas: 1_000)), resumption: nil)
        session.connection = ConnectionHandle(connection, mailbox: mailbox)
        _ = account.connect(session.handle)
        let presence = try PresenceContent(
            try Stanza(try Element(parsing: Array("<presence xmlns='jabber:client'/>".utf8))))
        account.withState { _ = $0.resources.broadcast(presence, from: "phone", roster: []) }
        if case .read(let read) = session.feed.turnOn() { _ = session.feed.pageRead(read, last: nil) }
        return (session, channel)
    }

    /// What the configuration names must be there, though nobody connects by it.
    private static func makeCertificate(_ configuration: Configuration) throws {
        let (certificate, key) = (
            configuration.path(configuration.tls.certificate), configuration.path(configuration.tls.key)
        )
        try FileManager.default.createDirectory(
            atPath: configuration.folder + "/tls", withIntermediateDirectories: true)
        // Not by Foundation's Process, which fails under valgrind.
        let arguments = [
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "2",
            "-subj", "/CN=chat.example.org", "-keyout", key, "-out", certificate
        ]
        var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var (child, status) = (pid_t(), Int32(0))
        guard unsafe posix_spawnp(&child, "openssl", nil, nil, &words, environ) == 0,
            unsafe waitpid(child, &status, 0) == child, status == 0
        else { throw Unexpected() }
    }
}
