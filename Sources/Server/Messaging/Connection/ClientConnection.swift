// SPDX-License-Identifier: Apache-2.0

import Consent
import Logging
import NIOCore
import NIOSSL
import NIOTLS
import Wire
import XMPP

/// One client's connection: bytes to events, events through the stream's machine, its actions performed.
///
/// Lives on its channel's event loop. What takes long (verifiers, password checks, binding) happens elsewhere; until the
/// answer is here the parser isn't asked for more, and beyond a buffer the socket isn't read.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let id = SessionID.random()
    private let services: Services
    private var parser: XMLStreamParser
    private var stream: ClientStream
    private var context: ChannelHandlerContext?
    private var session: SessionHandle?
    private var outgoing = ByteBuffer()
    private var isFlushScheduled = false
    private var isReading = true
    /// Bytes handed to the channel and not yet taken by the socket, counted only while it can't take more.
    private var backlog = 0
    private var isClosing = false
    /// Refused attempts to log in that the metrics have.
    private var countedRefusals = 0
    private var deadline: Scheduled<Void>?

    /// The most that is kept of the buffer for outgoing bytes from one turn of the loop to the next.
    private static let keptCapacity = 512
    /// How long a client has to authenticate and bind.
    private static let negotiationTime = TimeAmount.seconds(60)
    /// Unread bytes beyond which a client that has no stream management loses its connection.
    static let backlogLimit = 4 * 1024 * 1024

    init(_ services: Services, isEncrypted: Bool) {
        self.services = services
        parser = XMLStreamParser(limits: .beforeAuthentication)
        stream = ClientStream(services.stream, isEncrypted: isEncrypted, random: Randomness.bytes)
    }

    /// Sets a new connection up; call on its loop.
    static func addHandlers(to channel: any Channel, services: Services, kind: ListenerKind) throws {
        let pipeline = channel.pipeline.syncOperations
        if kind == .directTLS {
            try pipeline.addHandler(NIOSSLServerHandler(context: services.tls.currentContext()))
        }
        try pipeline.addHandler(ClientConnection(services, isEncrypted: kind == .directTLS))
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: Self.negotiationTime) {
            bound.value.fail(StreamError(.connectionTimeout, text: "Negotiation took too long."))
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let bytes = unwrapInboundIn(data)
        unsafe bytes.withUnsafeReadableBytes { unsafe parser.feed($0.bytes) }
        proceed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        isClosing = true
        endDeadline()
        services.metrics.refusedLogins(stream.failedAttempts - countedRefusals)
        tellSession { $0.connectionLost() }
        session = nil
        context.fireChannelInactive()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            backlog = 0
            tellSession { $0.becameWritable() }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            stream.tlsEstablished()
            proceed()
        }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset, or a handshake that failed: nothing more can be said to this peer.
        services.log.debug("connection failed", metadata: ["reason": "\(type(of: error))"])
        context.close(promise: nil)
    }

    // MARK: Parsing

    /// Takes events from the parser until it has none or a question is open.
    private func proceed() {
        while !isClosing, !stream.isWaitingForAnswer {
            do throws(XMLError) {
                guard let event = try parser.next() else { return }
                perform(stream.received(event, unread: parser.bufferedByteCount))
            } catch {
                perform(stream.refused(error))
            }
        }
    }

    private func perform(_ actions: [ClientStream.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: ClientStream.Action) {
        switch action {
        case .write(let bytes): write(bytes)
        case .startTLS: startTLS()
        case .restartParser: parser.restart()
        case .lookUp(let username): lookUp(username)
        case .check(let check): run(check)
        case .authenticated:
            parser.limits = services.stanzaLimits
            services.metrics.loggedIn()
            services.metrics.refusedLogins(stream.failedAttempts)
            countedRefusals = stream.failedAttempts
        case .bind(let resource): bind(resource)
        case .enable(let isResumable, let seconds): enable(isResumable, maximumSeconds: seconds)
        case .resume(let previousID, let handled): resume(previousID, handled: handled)
        case .stanza(let stanza):
            services.metrics.received(stanza.kind)
            guard let own = ownSession else { return tellSession { $0.receive(stanza) } }
            own.receive(stanza)
        case .handled(let reply): tellSession { $0.receivedAndHandled(reply: reply) }
        case .acknowledged(let handled):
            guard let own = ownSession else { return tellSession { $0.acknowledged(handled) } }
            own.acknowledged(handled)
        case .acknowledgementRequested:
            guard let own = ownSession else { return tellSession { $0.acknowledgementRequested() } }
            own.acknowledgementRequested()
        case .clientState: break
        case .close(let error): close(after: error)
        }
    }

    /// The session, if it lives on this loop and no other connection has taken this one's place.
    private var ownSession: Session? {
        guard let own = session?.here, own.connection?.id == id else { return nil }
        return own
    }

    /// Tells the session, unless another connection has taken this one's place meanwhile.
    private func tellSession(_ work: @escaping @Sendable (Session) -> Void) {
        session?.run { [id] session in
            if session.connection?.id == id { work(session) }
        }
    }

    // MARK: Questions

    private func startTLS() {
        flush()
        guard let context else { return }
        do {
            let handler = NIOSSLServerHandler(context: services.tls.currentContext())
            try context.pipeline.syncOperations.addHandler(handler, position: .first)
        } catch {
            services.log.error("TLS can't start", metadata: ["reason": "\(error)"])
            context.close(promise: nil)
        }
    }

    private func lookUp(_ username: String) {
        ask { services in
            await services.verifiers(of: username)
        } answer: { connection, verifiers in
            connection.username = username
            return connection.stream.lookedUp(verifiers)
        }
    }

    private var username = ""

    private func run(_ check: PasswordCheck) {
        ask { services in
            await services.run(check)
        } answer: { connection, isMatch in
            connection.stream.checked(isMatch)
        }
    }

    private func bind(_ resource: String?) {
        let (username, mailbox) = (username, mailbox)
        ask { services in
            await services.account(named: username)
        } answer: { connection, account in
            guard let account, let mailbox else {
                return connection.stream.bound(.failure(StanzaError(.notAllowed)))
            }
            if let refused = resource.flatMap({ RefusedIdentifier.find(in: $0, .numbers) }) {
                return connection.stream.bound(.failure(StanzaError(refused)))
            }
            let resource = resource ?? Hex.encode(Randomness.bytes(6))
            guard let address = try? account.address.with(resource: resource), let resource = address.resource else {
                return connection.stream.bound(.failure(StanzaError(.badRequest)))
            }
            guard account.hasRoom(for: resource) else {
                return connection.stream.bound(
                    .failure(StanzaError(.resourceConstraint, text: "Too many devices are connected already.")))
            }
            let session = Session(
                account: account, resource: resource, address: address, services: connection.services,
                mailbox: mailbox,
                followsBrokenSession: account.takeBroken(resource) || account.session(resource) != nil)
            connection.attach(session)
            return connection.stream.bound(.success(address))
        }
    }

    private func attach(_ session: Session) {
        endDeadline()
        let handle = session.handle
        self.session = handle
        session.connection = connectionHandle
        if let replaced = session.account.connect(handle) {
            replaced.post { $0.replaced() }
        }
    }

    private func enable(_ isResumable: Bool, maximumSeconds: Int?) {
        let handle = connectionHandle
        session?.run { session in
            session.enable(isResumable: isResumable, maximumSeconds: maximumSeconds) { grant in
                handle?.run { connection in
                    connection.perform(connection.stream.enabled(grant))
                    connection.proceed()
                }
            }
        }
    }

    private func resume(_ previousID: String, handled: UInt32) {
        let username = username
        guard let handle = connectionHandle else { return }
        ask { services in
            await services.resume(previousID, of: username, handled: handled, over: handle)
        } answer: { connection, outcome in
            switch outcome {
            case .resumed(let session, let address, let handled):
                connection.endDeadline()
                connection.session = session
                connection.perform(connection.stream.resumed(.resumed(address, handled: handled)))
                session.post { $0.sendAgain() }
                return []
            case .failed(let handled):
                return connection.stream.resumed(.failed(handled: handled))
            }
        } abandoned: { connection, outcome in
            // The session was taken up by a connection that is gone already: it waits for the next one.
            guard case .resumed(let session, _, _) = outcome else { return }
            session.post { [id = connection.id] session in
                if session.connection?.id == id { session.connectionLost() }
            }
        }
    }

    /// Runs `question` off the loop and goes on with its answer; with `abandoned` if the client is gone by then.
    private func ask<Answer: Sendable>(
        _ question: @escaping @Sendable (Services) async -> Answer,
        answer: @escaping @Sendable (ClientConnection, Answer) -> [ClientStream.Action],
        abandoned: @escaping @Sendable (ClientConnection, Answer) -> Void = { _, _ in }
    ) {
        guard let handle = connectionHandle else { return }
        setReading(false)
        let services = services
        Task {
            let value = await question(services)
            handle.post { connection in
                connection.setReading(true)
                guard !connection.isClosing else { return abandoned(connection, value) }
                connection.perform(answer(connection, value))
                connection.proceed()
            }
        }
    }

    private var mailbox: Mailbox? {
        context.map { services.mailboxes[$0.eventLoop] }
    }

    private var connectionHandle: ConnectionHandle? {
        mailbox.map { ConnectionHandle(self, mailbox: $0) }
    }

    // MARK: Writing

    /// Everything written in one turn of the loop goes out together, in as few TLS records as it takes.
    func write(_ bytes: [UInt8]) {
        guard context != nil else { return }
        outgoing.writeBytes(bytes)
        scheduleFlush()
    }

    private func scheduleFlush() {
        guard !isFlushScheduled, let context else { return }
        isFlushScheduled = true
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.eventLoop.execute { bound.value.flush() }
    }

    private func flush() {
        isFlushScheduled = false
        guard let context, outgoing.readableBytes > 0 else { return }
        if !context.channel.isWritable { backlog += outgoing.readableBytes }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        // TLS has encrypted it by now, so the memory is free for the next turn; an idle connection keeps none.
        if outgoing.capacity <= Self.keptCapacity { outgoing.clear() } else { outgoing = ByteBuffer() }
        if backlog > Self.backlogLimit { context.close(promise: nil) }
    }

    /// Whether the peer takes what it is sent.
    var isWritable: Bool { context?.channel.isWritable ?? false }

    func setReading(_ isReading: Bool) {
        guard let context, !isClosing, isReading != self.isReading else { return }
        self.isReading = isReading
        // A channel that is closed by now needs no telling.
        try? context.channel.syncOptions?.setOption(.autoRead, value: isReading)
    }

    // MARK: Closing

    /// Says why, and closes.
    func fail(_ error: StreamError) {
        perform(stream.fail(error))
    }

    /// The session has gone to another connection.
    func detach(_ error: StreamError) {
        session = nil
        fail(error)
    }

    private func endDeadline() {
        deadline?.cancel()
        deadline = nil
    }

    private func close(after error: StreamError?) {
        guard !isClosing else { return }
        isClosing = true
        endDeadline()
        if error == nil { tellSession { $0.closedByPeer() } }
        flush()
        // Whoever goes on sending has to wait from here on; TLS says goodbye within its own time.
        context?.channel.setOption(.autoRead, value: false).whenFailure { _ in }
        context?.close(promise: nil)
    }
}
