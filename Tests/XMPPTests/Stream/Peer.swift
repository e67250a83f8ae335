import Wire

@testable import XMPP

/// A client's connection without the connection: the parser and the stream as the server puts them together, with everything
/// that happens written down.
struct Peer: ~Copyable {
    private(set) var log: [String] = []
    var stream: ClientStream
    private var parser = XMLStreamParser(limits: .beforeAuthentication)
    private var account = ""
    private var isClosed = false
    /// Bytes of a TLS handshake aren't ours to read.
    private var isHandshaking = false
    /// Whether questions are answered at once.
    var answers = true
    var resumable: [String: UInt32] = [:]

    static let configuration = ClientStream.Configuration(
        domain: "capulet.example", decoySecret: [1, 2, 3], iterations: 64)

    /// `juliet`'s verifiers, for the password `r0m30`.
    static let verifiers = Password("r0m30").flatMap { password in
        try? ScramVerifiers.deriveBoth(
            password, iterations: 64,
            salts: (sha1: Array(repeating: 1, count: 16), sha256: Array(repeating: 2, count: 16)))
    }

    init(_ configuration: ClientStream.Configuration = Peer.configuration, isEncrypted: Bool = false) {
        stream = ClientStream(configuration, isEncrypted: isEncrypted) { Array(repeating: 0xAB, count: $0) }
    }

    mutating func send(_ text: String) {
        send(Array(text.utf8))
    }

    mutating func send(_ bytes: [UInt8]) {
        guard !isClosed, !isHandshaking else { return }
        parser.feed(bytes)
        pump()
    }

    /// Takes events for as long as no question is open.
    private mutating func pump() {
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

    mutating func finishHandshake() {
        isHandshaking = false
        stream.tlsEstablished()
        log.append("TLS")
    }

    mutating func perform(_ actions: [ClientStream.Action]) {
        for action in actions { perform(action) }
    }

    private mutating func perform(_ action: ClientStream.Action) {
        switch action {
        case .write(let bytes):
            log.append("S: " + String(decoding: bytes, as: UTF8.self))
        case .startTLS:
            isHandshaking = true
            log.append("start TLS")
        case .restartParser:
            parser.restart()
            log.append("restart")
        case .lookUp(let username):
            log.append("look up \(username)")
            account = username
            guard answers else { return }
            perform(stream.lookedUp(username == "juliet" ? Self.verifiers : nil))
        case .check(let check):
            log.append("check")
            guard answers else { return }
            perform(stream.checked(check.run()))
        case .wrongPassword(let username):
            log.append("wrong password of \(username)")
        case .authenticated(let username):
            log.append("authenticated \(username)")
        case .bind(let resource):
            log.append("bind \(resource ?? "anything")")
            guard answers else { return }
            perform(stream.bound(bind(resource ?? "generated")))
        case .enable(let isResumable, let seconds):
            log.append("enable\(isResumable ? " resumable" : "")\(seconds.map { " \($0)" } ?? "")")
            guard answers else { return }
            perform(
                stream.enabled(
                    StreamManagementGrant(resumptionID: isResumable ? "secret" : nil, maximumSeconds: 300)))
        case .resume(let previousID, let handled):
            log.append("resume \(previousID) \(handled)")
            guard answers else { return }
            if let count = resumable[previousID], let address = JID("juliet@capulet.example/old") {
                perform(stream.resumed(.resumed(address, handled: count)))
            } else {
                perform(stream.resumed(.failed(handled: 3)))
            }
        case .stanza(let stanza):
            log.append("stanza " + String(decoding: stanza.forwarded(from: stanza.from, to: stanza.to), as: UTF8.self))
        case .handled(let reply):
            log.append("handled " + (reply.map { String(decoding: $0, as: UTF8.self) } ?? ""))
        case .acknowledged(let count):
            log.append("acknowledged \(count)")
        case .acknowledgementRequested:
            log.append("acknowledgement requested")
        case .clientState(let isActive):
            log.append(isActive ? "active" : "inactive")
        case .close(let error):
            isClosed = true
            log.append("close" + (error.map { " \($0.condition.rawValue)" } ?? ""))
        }
    }

    private func bind(_ resource: String) -> Result<JID, StanzaError> {
        guard resource != "taken" else { return .failure(StanzaError(.conflict)) }
        guard let address = try? JID(local: account, domain: "capulet.example", resource: resource) else {
            return .failure(StanzaError(.badRequest))
        }
        return .success(address)
    }

    /// Takes what was written down since the last time.
    mutating func takeLog() -> [String] {
        defer { log = [] }
        return log
    }
}

// MARK: - Short cuts

extension Peer {
    static let header =
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"
        + " to='capulet.example' version='1.0'>"

    static func bound(isManaged: Bool = false) -> Peer {
        var peer = authenticated()
        peer.send(header)
        peer.send(
            "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>"
        )
        if isManaged { peer.send("<enable xmlns='urn:xmpp:sm:3'/>") }
        _ = peer.takeLog()
        return peer
    }

    static func authenticated() -> Peer {
        var peer = Peer(isEncrypted: true)
        peer.send(header)
        peer.send(plain("juliet", "r0m30"))
        _ = peer.takeLog()
        return peer
    }

    static func plain(_ username: String, _ password: String, identity: String = "") -> String {
        let message = Base64.encodeString(Array("\(identity)\0\(username)\0\(password)".utf8))
        return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>\(message)</auth>"
    }
}
