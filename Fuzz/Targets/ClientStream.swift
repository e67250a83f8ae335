import Wire
import XMPP

/// A client's whole stream, in one piece and in bytes: both must come to the same. Nobody's password is known here, so a
/// client is authenticated only where the answer to `check` says so.
func fuzzClientStream(_ input: [UInt8]) {
    guard let seed = input.first else { return }
    let bytes = Array(input.dropFirst())
    let isEncrypted = seed & 1 != 0
    let isPasswordRight = seed & 2 != 0
    let isAuthenticated = seed & 4 != 0
    var whole = Conversation(
        isEncrypted: isEncrypted, isPasswordRight: isPasswordRight, isAuthenticated: isAuthenticated)
    whole.hear(bytes)
    var pieces = Conversation(
        isEncrypted: isEncrypted, isPasswordRight: isPasswordRight, isAuthenticated: isAuthenticated)
    for byte in bytes { pieces.hear([byte]) }
    // STARTTLS and a restart drop, or refuse, what came in one piece with them, which is the point of them.
    guard !whole.hasRestarted, !pieces.hasRestarted else { return }
    precondition(whole.log == pieces.log, "it mattered how the bytes were cut")
}

/// The stream and its parser, with a caller that answers at once.
private struct Conversation: ~Copyable {
    private(set) var log: [String] = []
    private(set) var hasRestarted = false
    private var parser = XMLStreamParser(limits: .beforeAuthentication)
    private var stream: ClientStream
    private var isClosed = false
    private var isPasswordRight: Bool

    init(isEncrypted: Bool, isPasswordRight: Bool, isAuthenticated: Bool) {
        stream = ClientStream(
            .init(domain: "capulet.example", decoySecret: [1], iterations: 1),
            isEncrypted: isEncrypted || isAuthenticated
        ) { Array(repeating: 7, count: $0) }
        self.isPasswordRight = true
        if isAuthenticated {
            hear(Array((Self.header + Self.login).utf8))
            hasRestarted = false
            log = []
        }
        self.isPasswordRight = isPasswordRight
    }

    private static let header =
        "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='capulet.example' version='1.0'>"
    private static let login =
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldAByMG0zMA==</auth>"

    mutating func hear(_ bytes: [UInt8]) {
        guard !isClosed else { return }
        parser.feed(bytes)
        while !isClosed, !stream.isWaitingForAnswer {
            do throws(XMLError) {
                guard let event = try parser.next() else { return }
                let unread = parser.bufferedByteCount
                perform(stream.received(event, unread: unread))
            } catch {
                perform(stream.refused(error))
            }
        }
    }

    private mutating func perform(_ actions: [ClientStream.Action]) {
        for action in actions {
            precondition(!isClosed, "something comes after the end")
            switch action {
            case .write(let bytes): log.append(String(decoding: bytes, as: UTF8.self))
            case .startTLS: stream.tlsEstablished()
            case .restartParser:
                parser.restart()
                hasRestarted = true
            case .lookUp: perform(stream.lookedUp(nil))
            case .check(let check):
                precondition(!check.run(), "a decoy has a password")
                perform(stream.checked(isPasswordRight))
            case .wrongPassword: break
            case .authenticated(let username):
                precondition(isPasswordRight, "somebody got in")
                log.append(username)
            case .bind(let resource):
                guard let address = try? JID(local: "juliet", domain: "capulet.example", resource: resource ?? "r")
                else {
                    preconditionFailure("the resource wasn't prepared")
                }
                perform(stream.bound(.success(address)))
            case .enable: perform(stream.enabled(StreamManagementGrant(resumptionID: "id")))
            case .resume(_, let handled): perform(stream.resumed(.failed(handled: handled)))
            case .stanza(let stanza):
                precondition(stanza.from?.isFull ?? false)
                let bytes = stanza.forwarded(
                    from: stanza.from, to: stanza.to, droppingStanzaIDsBy: [stanza.to].compactMap(\.self))
                let document = Array("<s xmlns='jabber:client'>".utf8) + bytes + Array("</s>".utf8)
                let limits = XMLLimits(stanzaBytes: 1 << 20, attributes: 1000, namespaces: 1000)
                guard let again = try? Element(parsing: document, limits: limits).children.first(where: { _ in true }),
                    (try? Stanza(again))?.type == stanza.type
                else { preconditionFailure("what is forwarded can't be read") }
                log.append(String(decoding: bytes, as: UTF8.self))
            case .handled(let reply): log.append(String(decoding: reply ?? [], as: UTF8.self))
            case .acknowledged(let count): log.append("\(count)")
            case .acknowledgementRequested: log.append("r")
            case .clientState(let isActive): log.append("\(isActive)")
            case .close(let error):
                isClosed = true
                log.append(error?.condition.rawValue ?? "closed")
            }
        }
    }
}
