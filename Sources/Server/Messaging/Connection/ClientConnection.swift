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
    let services: Services
    var parser: XMLStreamParser
    var stream: ClientStream
    private(set) var context: ChannelHandlerContext?
    /// Of the loop it lives on.
    private(set) var mailbox: Mailbox?
    var session: SessionHandle?
    /// Who logs in, as far as is known.
    var username = ""
    /// The password that is being asked for.
    var attempt: GuessTable.Attempt?
    private var outgoing = ByteBuffer()
    private var isFlushScheduled = false
    private(set) var isReading = true
    /// Whether the peer takes what it is sent.
    private(set) var isWritable = true
    /// The session has a question for the client, to go out with what is written in this turn of the loop.
    private var hasQuestion = false
    /// Bytes handed to the channel and not yet taken by the socket, counted only while it can't take more.
    private var backlog = 0
    private(set) var isClosing = false
    /// Refused attempts to log in that the metrics have.
    private var countedRefusals = 0
    private var deadline: Scheduled<Void>?
    /// Its place among all connections; nil in tests.
    let admission: Admission?
    /// What came before the client had logged in; nil from then on.
    var unproven: (bytes: Int, reads: Int)? = (0, 0)
    /// Since when a stanza isn't whole, and whether somebody looks after it.
    var unfinishedSince: NIODeadline?
    var isStanzaWatched = false

    /// The most that is kept of the buffer for outgoing bytes from one turn of the loop to the next.
    private static let keptCapacity = 512
    /// Bytes written in one turn of the loop beyond which stored messages wait for the next one, as the channel can't tell
    /// before they are handed over.
    private static let turnLimit = Listener.outboundWatermarks.high
    /// Unread bytes beyond which a client that has no stream management loses its connection.
    static let backlogLimit = 4 * 1024 * 1024

    init(_ services: Services, isEncrypted: Bool, admission: Admission? = nil) {
        self.services = services
        self.admission = admission
        parser = XMLStreamParser(limits: .beforeAuthentication)
        stream = ClientStream(services.stream, isEncrypted: isEncrypted, random: Randomness.bytes)
    }

    /// Sets a new connection up; call on its loop.
    static func addHandlers(
        to channel: any Channel, services: Services, kind: ListenerKind, admission: Admission
    ) throws {
        let pipeline = channel.pipeline.syncOperations
        if kind == .directTLS {
            try pipeline.addHandler(NIOSSLServerHandler(context: services.tls.currentContext()))
        }
        try pipeline.addHandler(
            ClientConnection(services, isEncrypted: kind == .directTLS, admission: admission))
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        mailbox = services.mailboxes[context.eventLoop]
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        // From the first byte of TLS until a resource is bound.
        deadline = context.eventLoop.scheduleTask(in: .seconds(Int64(services.configuration.limits.loginSeconds))) {
            bound.value.fail(StreamError(.connectionTimeout, text: "Negotiation took too long."))
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        isWritable = false
    }

    func channelActive(context: ChannelHandlerContext) {
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        let bytes = unwrapInboundIn(data)
        guard mayGoOn(after: bytes.readableBytes) else { return }
        unsafe bytes.withUnsafeReadableBytes { unsafe parser.feed($0.bytes) }
        mailbox?.turn { proceed() }
        watchStanza()
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
        isWritable = context.channel.isWritable
        if isWritable {
            backlog = 0
            tellSession { $0.becameWritable() }
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            stream.tlsEstablished()
            proceed()
        } else if event is PlaceNeeded, unproven != nil {
            fail(StreamError(.resourceConstraint, text: "Others need this place; log in faster."))
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
    func proceed() {
        while !isClosing, !stream.isWaitingForAnswer {
            do throws(XMLError) {
                guard let event = try parser.next() else { return }
                unfinishedSince = nil
                perform(stream.received(event, unread: parser.bufferedByteCount))
            } catch {
                perform(stream.refused(error))
            }
        }
    }

    func perform(_ actions: [ClientStream.Action]) {
        for action in actions { perform(action) }
    }

    private func perform(_ action: ClientStream.Action) {
        switch action {
        case .write(let bytes): write(bytes)
        case .startTLS: startTLS()
        case .restartParser: parser.restart()
        case .lookUp(let username): lookUp(username)
        case .check(let check): run(check)
        case .wrongPassword: endAttempt { services.logins.failed($0) }
        case .authenticated:
            parser.limits = services.stanzaLimits
            unproven = nil
            admission?.loggedIn()
            endAttempt { services.logins.succeeded($0) }
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

    // MARK: Writing

    /// Everything written in one turn of the loop goes out together, in as few TLS records as it takes.
    func write(_ bytes: [UInt8]) {
        guard context != nil else { return }
        outgoing.writeBytes(bytes)
        scheduleFlush()
    }

    private func scheduleFlush() {
        guard !isFlushScheduled, context != nil else { return }
        isFlushScheduled = true
        mailbox?.atEndOfTurn(self)
    }

    /// Has the session asked what it wants to ask its client at the end of this turn, so that the question goes out in one
    /// piece with what it is about.
    func askAtEndOfTurn() {
        hasQuestion = true
        scheduleFlush()
    }

    /// Hands over what was written in a turn of the loop.
    func flush() {
        if hasQuestion, !isClosing { ownSession?.ask() }
        hasQuestion = false
        isFlushScheduled = false
        guard let context, outgoing.readableBytes > 0 else { return }
        let isOverdue = outgoing.readableBytes >= Self.turnLimit
        if !isWritable { backlog += outgoing.readableBytes }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        // TLS has encrypted it by now, so the memory is free for the next turn; an idle connection keeps none.
        if outgoing.capacity <= Self.keptCapacity { outgoing.clear() } else { outgoing = ByteBuffer() }
        if backlog > Self.backlogLimit { context.close(promise: nil) }
        // Who was told that there is no room hears that there is again, unless the channel is full and will tell.
        if isOverdue, isWritable { tellSession { $0.becameWritable() } }
    }

    /// Whether the peer takes what it is sent, and wasn't written enough for this turn of the loop.
    var hasRoom: Bool { outgoing.readableBytes < Self.turnLimit && isWritable }

    func setReading(_ isReading: Bool) {
        guard let context, !isClosing, isReading != self.isReading else { return }
        self.isReading = isReading
        // While it isn't read, a stanza that isn't whole is no fault of the client's.
        unfinishedSince = nil
        if isReading { watchStanza() }
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

    func endDeadline() {
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
