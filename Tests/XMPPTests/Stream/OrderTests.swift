import Testing
import Wire

@testable import XMPP

/// Every state of the stream against every kind of event: what comes of things that come out of turn.
@Suite struct OrderTests {
    /// The states, by how a client gets there.
    enum Place: String, CaseIterable, Sendable {
        case plaintext, securing, handshaking, encrypted, choosing, initialResponse, lookingUp, checking, proving
        case authenticated, binding, awaitingBinding, awaitingResumption, bound, awaitingManagement, managed, closed

        func peer() -> Peer {
            var peer: Peer
            switch self {
            case .plaintext: peer = Peer()
            case .securing:
                peer = Peer()
                peer.send(Peer.header)
            case .handshaking:
                peer = Peer()
                peer.send(Peer.header + OrderTests.startTLS)
            case .encrypted: peer = Peer(isEncrypted: true)
            case .choosing:
                peer = Peer(isEncrypted: true)
                peer.send(Peer.header)
            case .initialResponse:
                peer = Peer(isEncrypted: true)
                peer.send(Peer.header + "<auth xmlns='\(Namespace.sasl)' mechanism='PLAIN'/>")
            case .lookingUp:
                peer = Peer(isEncrypted: true)
                peer.answers = false
                peer.send(Peer.header + Peer.plain("juliet", "r0m30"))
            case .checking:
                peer = Peer(isEncrypted: true)
                peer.answers = false
                peer.send(Peer.header + Peer.plain("juliet", "r0m30"))
                peer.tell { $0.lookedUp(Peer.verifiers) }
            case .proving:
                peer = Peer(isEncrypted: true)
                peer.send(Peer.header + OrderTests.scram)
            case .authenticated: peer = Peer.authenticated()
            case .binding:
                peer = Peer.authenticated()
                peer.send(Peer.header)
            case .awaitingBinding:
                peer = Peer.authenticated()
                peer.answers = false
                peer.send(Peer.header + OrderTests.bind)
            case .awaitingResumption:
                peer = Peer.authenticated()
                peer.answers = false
                peer.send(Peer.header + "<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>")
            case .bound: peer = Peer.bound()
            case .awaitingManagement:
                peer = Peer.bound()
                peer.answers = false
                peer.send("<enable xmlns='urn:xmpp:sm:3'/>")
            case .managed: peer = Peer.bound(isManaged: true)
            case .closed:
                peer = Peer.bound()
                peer.send("</stream:stream>")
            }
            _ = peer.takeLog()
            return peer
        }

        var phase: ClientStream.Phase {
            switch self {
            case .plaintext, .securing, .handshaking: .securing
            case .encrypted, .choosing, .initialResponse, .lookingUp, .checking, .proving: .authenticating
            case .authenticated, .binding, .awaitingBinding, .awaitingResumption: .binding
            case .bound, .awaitingManagement, .managed: .bound
            case .closed: .closed
            }
        }

        var isWaitingForAnswer: Bool {
            switch self {
            case .handshaking, .lookingUp, .checking, .awaitingBinding, .awaitingResumption, .awaitingManagement: true
            default: false
            }
        }
    }

    static let startTLS = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    static let bind =
        "<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
    static let scram =
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-256'>"
        + Base64.encodeString(Array("n,,n=juliet,r=abc".utf8)) + "</auth>"

    /// Elements, and in which places they lead to what. A place that isn't named closes the stream with the condition of
    /// `elsewhere`; one that waits for an answer, with `policy-violation`; a closed one does nothing.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let element: String
        let outcomes: [Place: String]
        let elsewhere: [ClientStream.Phase: String]
    }

    static let rows = [
        Row(
            testDescription: "starttls", element: startTLS, outcomes: [.securing: "start TLS"],
            elsewhere: [
                .authenticating: "close not-authorized", .binding: "close not-authorized",
                .bound: "close unsupported-stanza-type"
            ]),
        Row(
            testDescription: "auth", element: scram,
            outcomes: [
                .choosing: "look up juliet", .initialResponse: "failure malformed-request",
                .proving: "failure malformed-request"
            ],
            elsewhere: [
                .securing: "close policy-violation", .binding: "close not-authorized",
                .bound: "close unsupported-stanza-type"
            ]),
        Row(
            testDescription: "response", element: "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</response>",
            outcomes: [
                .choosing: "failure malformed-request", .initialResponse: "failure malformed-request",
                .proving: "failure malformed-request"
            ],
            elsewhere: [
                .securing: "close policy-violation", .binding: "close not-authorized",
                .bound: "close unsupported-stanza-type"
            ]),
        Row(
            testDescription: "abort", element: "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
            outcomes: [
                .choosing: "failure malformed-request", .initialResponse: "failure aborted", .proving: "failure aborted"
            ],
            elsewhere: [
                .securing: "close policy-violation", .binding: "close not-authorized",
                .bound: "close unsupported-stanza-type"
            ]),
        Row(
            testDescription: "bind", element: bind,
            outcomes: [.binding: "bind anything", .bound: "handled", .managed: "handled"],
            elsewhere: [.securing: "close not-authorized", .authenticating: "close not-authorized"]),
        Row(
            testDescription: "message", element: "<message xmlns='jabber:client' to='romeo@montague.example'/>",
            outcomes: [.bound: "stanza", .managed: "stanza"],
            elsewhere: [
                .securing: "close not-authorized", .authenticating: "close not-authorized",
                .binding: "close not-authorized"
            ]),
        Row(
            testDescription: "enable", element: "<enable xmlns='urn:xmpp:sm:3'/>",
            outcomes: [.binding: "failed unexpected-request", .bound: "enable", .managed: "failed unexpected-request"],
            elsewhere: [.securing: "close policy-violation", .authenticating: "close not-authorized"]),
        Row(
            testDescription: "resume", element: "<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>",
            outcomes: [
                .binding: "resume x 0", .bound: "failed unexpected-request", .managed: "failed unexpected-request"
            ],
            elsewhere: [.securing: "close policy-violation", .authenticating: "close not-authorized"]),
        Row(
            testDescription: "r", element: "<r xmlns='urn:xmpp:sm:3'/>",
            outcomes: [.managed: "acknowledgement requested"],
            elsewhere: [
                .securing: "close policy-violation", .authenticating: "close not-authorized",
                .binding: "close unsupported-stanza-type", .bound: "close unsupported-stanza-type"
            ]),
        Row(
            testDescription: "a", element: "<a xmlns='urn:xmpp:sm:3' h='0'/>", outcomes: [.managed: "acknowledged 0"],
            elsewhere: [
                .securing: "close policy-violation", .authenticating: "close not-authorized",
                .binding: "close unsupported-stanza-type", .bound: "close unsupported-stanza-type"
            ]),
        Row(
            testDescription: "client state", element: "<active xmlns='urn:xmpp:csi:0'/>",
            outcomes: [.bound: "active", .managed: "active"],
            elsewhere: [
                .securing: "close policy-violation", .authenticating: "close not-authorized",
                .binding: "close not-authorized"
            ]),
        Row(
            testDescription: "something else", element: "<x xmlns='y'/>", outcomes: [:],
            elsewhere: [
                .securing: "close policy-violation", .authenticating: "close not-authorized",
                .binding: "close not-authorized", .bound: "close unsupported-stanza-type"
            ])
    ]

    @Test(arguments: rows, Place.allCases) func `elements out of turn`(_ row: Row, _ place: Place) throws {
        var peer = place.peer()
        peer.answers = false
        let element = try Element(parsing: Array(row.element.utf8))
        peer.tell { $0.received(.element(element), unread: 0) }
        let log = peer.takeLog()
        let expected: String?
        switch place {
        case .closed: expected = nil
        // Nothing but a header opens a stream.
        case .plaintext, .encrypted, .authenticated: expected = "close bad-format"
        case _ where place.isWaitingForAnswer: expected = "close policy-violation"
        default: expected = row.outcomes[place] ?? row.elsewhere[place.phase]
        }
        guard let expected else {
            #expect(log.isEmpty && place == .closed)
            return
        }
        #expect(log.contains { Self.summary($0).hasPrefix(expected) }, "\(log)")
        if expected.hasPrefix("close") {
            #expect(peer.stream.phase == .closed)
            // Nothing is said in the middle of a handshake; elsewhere the error is inside a stream.
            let said = log.dropLast().joined()
            #expect(place == .handshaking ? said.isEmpty : said.hasSuffix("</stream:error></stream:stream>"))
            #expect(said.contains("<?xml") == [.plaintext, .encrypted, .authenticated].contains(place))
        }
    }

    /// Brings `<failure/>` and `<failed/>` to a few words.
    private static func summary(_ line: String) -> String {
        for (element, word) in [("<failure ", "failure "), ("<failed ", "failed ")] where line.contains(element) {
            let inner = line.split(separator: "<").dropFirst(2).first ?? ""
            return word + inner.prefix { $0 != "/" && $0 != " " }
        }
        return line
    }

    @Test(arguments: Place.allCases) func `each place has its phase`(_ place: Place) {
        let peer = place.peer()
        #expect(peer.stream.phase == place.phase)
        #expect(peer.stream.isWaitingForAnswer == place.isWaitingForAnswer)
    }

    @Test(arguments: Place.allCases) func `a second header`(_ place: Place) {
        var peer = place.peer()
        peer.tell { $0.received(.opened(StreamHeader(to: "capulet.example")), unread: 0) }
        let log = peer.takeLog()
        switch place {
        case .closed: #expect(log.isEmpty)
        case .plaintext, .encrypted, .authenticated: #expect(log.count == 1 && log[0].contains("<stream:features>"))
        default: #expect(log.last == "close bad-format")
        }
    }

    @Test(arguments: Place.allCases) func `the client ends the stream`(_ place: Place) {
        var peer = place.peer()
        peer.tell { $0.received(.closed, unread: 0) }
        let log = peer.takeLog()
        switch place {
        case .closed: #expect(log.isEmpty)
        case .plaintext, .encrypted, .authenticated, .handshaking: #expect(log == ["close"])
        default: #expect(log == ["S: </stream:stream>", "close"])
        }
        #expect(peer.stream.phase == .closed)
    }

    @Test(arguments: Place.allCases) func `we end the stream with an error`(_ place: Place) {
        var peer = place.peer()
        peer.tell { $0.fail(StreamError(.systemShutdown)) }
        let log = peer.takeLog()
        let error =
            "<stream:error><system-shutdown xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
        switch place {
        case .closed: #expect(log.isEmpty)
        case .handshaking: #expect(log == ["close system-shutdown"])
        case .plaintext, .encrypted, .authenticated:
            #expect(log.count == 2 && log[0].hasPrefix("S: <?xml") && log[0].hasSuffix(error))
        default: #expect(log == ["S: " + error, "close system-shutdown"])
        }
        // Once closed, nothing comes any more.
        peer.tell { $0.fail(StreamError(.reset)) }
        #expect(peer.takeLog().isEmpty)
    }

    @Test(arguments: Place.allCases) func `bad XML`(_ place: Place) {
        var peer = place.peer()
        peer.tell { $0.refused(XMLError(.restrictedXML, at: 3)) }
        #expect(peer.takeLog().last == (place == .closed ? nil : "close restricted-xml"))
    }

    @Test(arguments: [Place.lookingUp, .checking])
    func `what isn't looked up or checked now may be tried again, but not for ever`(_ place: Place) {
        var peer = place.peer()
        peer.tell { $0.deferred(seconds: place == .lookingUp ? 7 : nil) }
        let said = peer.takeLog().joined()
        #expect(said.contains("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/><text"))
        #expect(said.contains("7 seconds") == (place == .lookingUp))
        #expect(!peer.stream.isWaitingForAnswer && peer.stream.phase == .authenticating)
        for _ in 0..<2 {
            peer.send(OrderTests.scram)
            peer.tell { $0.deferred(seconds: 1) }
        }
        #expect(peer.takeLog().last == "close policy-violation")
    }

    @Test(arguments: Place.allCases) func `answers that nobody asked for are ignored`(_ place: Place) throws {
        let address = try JID(parsing: "juliet@capulet.example/x")
        var peer = place.peer()
        if place != .handshaking { peer.finishHandshake() }
        if place != .lookingUp { peer.tell { $0.lookedUp(Peer.verifiers) } }
        if place != .checking { peer.tell { $0.checked(true) } }
        if ![.lookingUp, .checking].contains(place) { peer.tell { $0.deferred(seconds: 1) } }
        if place != .awaitingBinding { peer.tell { $0.bound(.success(address)) } }
        if place != .awaitingResumption { peer.tell { $0.resumed(.resumed(address, handled: 0)) } }
        if place != .awaitingManagement { peer.tell { $0.enabled(StreamManagementGrant()) } }
        #expect(peer.takeLog().filter { $0 != "TLS" }.isEmpty)
        #expect(peer.stream.phase == place.phase)
        #expect(peer.stream.isWaitingForAnswer == place.isWaitingForAnswer)
    }
}

extension Peer {
    /// Hands the stream an event past the parser.
    mutating func tell(_ event: (inout ClientStream) -> [ClientStream.Action]) {
        let actions = event(&stream)
        perform(actions)
    }
}
