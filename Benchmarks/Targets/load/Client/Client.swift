import Gauge
import NIOCore
import NIOSSL
import Wire
import XMPP

/// What a scenario wants to know of its clients. Everything is called on the client's event loop.
protocol ClientDelegate: AnyObject {
    /// A message with a stamp arrived.
    func arrived(_ stamp: Stamp, at client: Client)
    /// The server has taken that many of the client's stanzas, modulo 2^32 (XEP-0198).
    func acknowledged(_ count: UInt32, to client: Client)
    /// All that was read at once has been told.
    func readCompleted(_ client: Client)
    /// The connection ended after it was ready.
    func ended(_ client: Client, _ reason: String)
}

/// One client's connection: negotiates by ``Negotiation``, then cuts the stream by ``StanzaCutter``. Confined to its loop.
final class Client: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    let account: Account
    /// Any number of the scenario's.
    var tag = 0
    weak var delegate: (any ClientDelegate)?
    /// When the stream was bound.
    let bound: EventLoopPromise<Void>
    /// When all that its goal asks for is there.
    let ready: EventLoopPromise<Void>
    /// When the connection is gone.
    let closed: EventLoopPromise<Void>
    /// Whether the stream was bound at any time.
    private(set) var wasBound = false
    /// From the beginning of the connection until it was ready, in ns.
    private(set) var timeToReady: UInt64 = 0
    /// Messages of other runs that the server had kept for this account.
    private(set) var stale = 0
    /// Messages without a stamp: the server's own.
    private(set) var unstamped = 0
    /// Stanzas sent since stream management is on.
    private(set) var sent: UInt32 = 0

    private let tls: NIOSSLContext
    private var negotiation: Negotiation
    private var parser: XMLStreamParser?
    private var context: ChannelHandlerContext?
    private var begun: UInt64 = 0
    private var isReady = false
    private var isManaged = false
    private var isClosing = false
    private var failure: String?
    /// Stanzas received since stream management is on.
    private var received: UInt32 = 0
    /// The beginning of an element whose end hasn't come.
    private var pending = ByteBuffer()
    private var outgoing = ByteBuffer()

    init(_ account: Account, _ goal: Negotiation.Goal, _ keys: ScramKeys, _ tls: NIOSSLContext, on loop: any EventLoop)
    {
        self.account = account
        self.tls = tls
        negotiation = Negotiation(account, goal, keys)
        parser = XMLStreamParser()
        (bound, ready, closed) = (loop.makePromise(), loop.makePromise(), loop.makePromise())
    }

    // MARK: From the scenario

    /// Appends stanzas to what `flush` sends.
    func write(_ bytes: [UInt8], stanzas: UInt32 = 1) {
        outgoing.writeBytes(bytes)
        sent &+= stanzas
    }

    /// Sends what was written, in as few records and system calls as it fits into.
    func flush() {
        guard let context, outgoing.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(outgoing), promise: nil)
        outgoing.clear()
    }

    /// Ends the stream and the connection in good order.
    func close() {
        guard let context, !isClosing else { return }
        isClosing = true
        if isManaged { writeAnswer() }
        outgoing.writeStaticString("</stream:stream>")
        flush()
        context.close(promise: nil)
    }

    /// There is no connection, and there won't be one.
    func abandon(_ reason: String = "not connected") {
        let reason = LoadError(reason)
        bound.fail(reason)
        ready.fail(reason)
        closed.succeed()
    }

    // MARK: From the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        begun = now
        if context.channel.isActive { perform(negotiation.open()) }
    }

    func channelActive(context: ChannelHandlerContext) {
        perform(negotiation.open())
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if parser == nil { cut(bytes) } else { negotiate(bytes) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        delegate?.readCompleted(self)
        flush()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if failure == nil { failure = "\(error)" }
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.context = nil
        let reason = failure ?? "the server closed the connection"
        abandon(reason)
        if isReady, !isClosing { delegate?.ended(self, reason) }
    }

    // MARK: Until ready

    private func negotiate(_ bytes: ByteBuffer) {
        parser?.feed(Array(buffer: bytes))
        do throws(XMLError) {
            while let event = try parser?.next() {
                switch event {
                case .opened: break
                case .closed: fail("the server closed the stream")
                case .element(let element):
                    if isReady || isManaged { take(element) }
                    for action in negotiation.received(element) { perform(action) }
                }
            }
        } catch {
            fail("the server sent what isn't XML: \(error)")
        }
        // The parser and its memory go as soon as it holds no part of an element.
        if isReady, parser?.bufferedByteCount == 0 { parser = nil }
    }

    /// What the parser read, the way that the cutter would have told it.
    private func take(_ element: Element) {
        let bytes = ByteBuffer(bytes: element.wholeSource)
        guard case .element(let kind, let range) = StanzaCutter.next(in: bytes.readableBytesSpan, from: 0) else {
            return
        }
        take(kind, bytes.readableBytesSpan.extracting(range))
    }

    private func perform(_ action: Negotiation.Action) {
        switch action {
        case .send(let bytes):
            outgoing.writeBytes(bytes)
            flush()
        case .startTLS:
            guard let context, let handler = try? NIOSSLClientHandler(context: tls, serverHostname: account.domain),
                (try? context.pipeline.syncOperations.addHandler(handler, position: .first)) != nil
            else { return fail("TLS cannot be added") }
            negotiation.secured()
        case .restart:
            parser?.restart()
            perform(negotiation.open())
        case .managed:
            isManaged = true
            sent = UInt32(negotiation.managedStanzas)
        case .bound:
            wasBound = true
            bound.succeed()
        case .ready:
            isReady = true
            timeToReady = now - begun
            ready.succeed()
        case .fail(let reason): fail(reason)
        }
    }

    private func fail(_ reason: String) {
        if failure == nil { failure = reason }
        context?.close(promise: nil)
    }

    // MARK: Once ready

    private func cut(_ bytes: ByteBuffer) {
        var bytes = bytes
        if pending.readableBytes > 0 {
            pending.writeBuffer(&bytes)
            swap(&pending, &bytes)
            pending = ByteBuffer()
        }
        var start = 0
        while true {
            switch StanzaCutter.next(in: bytes.readableBytesSpan, from: start) {
            case .element(let kind, let range):
                take(kind, bytes.readableBytesSpan.extracting(range))
                start = range.upperBound
            case .unfinished(let from):
                bytes.moveReaderIndex(forwardBy: from)
                if bytes.readableBytes > 0 { pending = bytes }
                return
            }
        }
    }

    private func take(_ kind: StanzaCutter.Kind, _ bytes: RawSpan) {
        if kind.isStanza { received &+= 1 }
        switch kind {
        case .message:
            guard let stamp = Stamp(in: bytes) else {
                unstamped += 1
                return
            }
            if stamp.run == Run.number { delegate?.arrived(stamp, at: self) } else { stale += 1 }
        case .request:
            writeAnswer()
        case .answer(let count): delegate?.acknowledged(count, to: self)
        case .end:
            if !isClosing { fail("the server ended the stream: " + bytes.text(atMost: 300)) }
        case .iq:
            guard let question = Question(in: bytes) else { return }
            write(question.answer)
        case .presence, .other: break
        }
    }

    /// Says how many stanzas came (XEP-0198 §4).
    private func writeAnswer() {
        outgoing.writeString("<a xmlns='urn:xmpp:sm:3' h='\(received)'/>")
    }
}
