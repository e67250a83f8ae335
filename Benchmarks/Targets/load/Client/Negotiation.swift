import Wire
import XMPP

/// How a client comes from a new connection to a bound stream (RFC 6120 §4 to §7), and on to be available.
///
/// Knows the order of things and nothing else: no socket and no clock. After `ready` it isn't asked again.
struct Negotiation: ~Copyable {
    /// What the client is to have when it is ready.
    struct Goal: Sendable {
        /// TLS is asked for on the stream; otherwise the connection has it from the first byte.
        var startTLS = false
        /// Initial presence is sent, and the server has seen it.
        var presence = true
        /// Stream management (XEP-0198) is on.
        var management = false
        /// Message carbons (XEP-0280) are on.
        var carbons = false
    }

    enum Action {
        case send([UInt8])
        /// TLS now, then `secured`.
        case startTLS
        /// A new stream begins: forget the old one's parsing, then `open`.
        case restart
        case managed
        case bound
        case ready
        case fail(String)
    }

    private enum Stage {
        case features
        case proceed
        case challenge(ScramClient)
        case success(ScramClient)
        case furtherFeatures
        case binding
        case enabling
        case settling
        case over
    }

    private let account: Account
    private let goal: Goal
    private let keys: ScramKeys
    private var needsTLS: Bool
    private var isAuthenticated = false
    private var stage = Stage.features

    init(_ account: Account, _ goal: Goal, _ keys: ScramKeys) {
        self.account = account
        self.goal = goal
        self.keys = keys
        needsTLS = goal.startTLS
    }

    /// The connection, or a new stream on it, is there.
    mutating func open() -> Action {
        stage = isAuthenticated ? .furtherFeatures : .features
        return .send(StreamHeader(to: account.domain).serialized)
    }

    /// TLS was added to the connection.
    mutating func secured() {
        needsTLS = false
    }

    /// The server sent a first-level element.
    mutating func received(_ element: Element) -> [Action] {
        if element.isNamed("error"), element.isIn(Namespace.streams) { return fail(element) }
        switch stage {
        case .features: return chooseFeature(element)
        case .proceed:
            guard element.isNamed("proceed") else { return fail(element) }
            return [.startTLS, .restart]
        case .challenge(var scram):
            guard element.isNamed("challenge"), let message = Base64.decode(element.text),
                let answer = scram.final(for: message, keys)
            else { return fail(element) }
            stage = .success(scram)
            return [.send(Self.sasl("response", Base64.encode(answer)))]
        case .success(let scram):
            guard element.isNamed("success"), let message = Base64.decode(element.text),
                scram.isRight(serverFinal: message)
            else { return fail(element) }
            isAuthenticated = true
            return [.restart]
        case .furtherFeatures:
            stage = .binding
            // Devices keep their resource, so that the server knows them again.
            let bind = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>load</resource></bind>"
            return [.send(Array("<iq type='set' id='bind'>\(bind)</iq>".utf8))]
        case .binding:
            guard element.isNamed("iq") else { return [] }
            guard element.attribute("type", equals: "result") else { return fail(element) }
            guard goal.management else { return [.bound] + settle() }
            stage = .enabling
            return [.bound, .send(Array("<enable xmlns='urn:xmpp:sm:3'/>".utf8))]
        case .enabling:
            guard element.isNamed("enabled") else { return fail(element) }
            return [.managed] + settle()
        case .settling:
            guard element.isNamed("iq"), element.attribute("id", equals: "settled") else { return [] }
            stage = .over
            return [.ready]
        case .over: return []
        }
    }

    /// Stanzas that the negotiation sends after `managed`: stream management counts them.
    var managedStanzas: Int { (goal.presence ? 2 : 0) + (goal.carbons ? 1 : 0) }

    /// Servers answer in order, so the ping's answer says that presence was seen.
    private mutating func settle() -> [Action] {
        var stanzas = ""
        if goal.carbons { stanzas += "<iq type='set' id='carbons'><enable xmlns='urn:xmpp:carbons:2'/></iq>" }
        guard goal.presence else {
            stage = .over
            return (stanzas.isEmpty ? [] : [.send(Array(stanzas.utf8))]) + [.ready]
        }
        stage = .settling
        stanzas += "<presence/><iq type='get' id='settled' to='\(account.domain)'><ping xmlns='urn:xmpp:ping'/></iq>"
        return [.send(Array(stanzas.utf8))]
    }

    private mutating func chooseFeature(_ features: Element) -> [Action] {
        guard features.isNamed("features") else { return fail(features) }
        if needsTLS {
            guard features.first(QName("urn:ietf:params:xml:ns:xmpp-tls", "starttls")) != nil else {
                return [.fail("the server offers no STARTTLS")]
            }
            stage = .proceed
            return [.send(Array("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>".utf8))]
        }
        let offered =
            features.first(QName("urn:ietf:params:xml:ns:xmpp-sasl", "mechanisms"))?.children.map(\.text) ?? []
        guard let mechanism = ScramMechanism.allCases.first(where: { offered.contains($0.rawValue) }) else {
            return [.fail("the server offers neither SCRAM-SHA-256 nor SCRAM-SHA-1")]
        }
        // Nobody is to be kept out here, so a nonce of 64 bits will do.
        let nonce = Array(String(UInt64.random(in: 0 ... .max), radix: 36).utf8)
        let scram = ScramClient(mechanism, name: account.name, nonce: nonce)
        stage = .challenge(scram)
        return [.send(Self.sasl("auth", Base64.encode(scram.first), mechanism: mechanism))]
    }

    private mutating func fail(_ element: Element) -> [Action] {
        stage = .over
        return [.fail("the server answered " + String(decoding: element.serialized.prefix(300), as: UTF8.self))]
    }

    private static func sasl(_ name: String, _ text: [UInt8], mechanism: ScramMechanism? = nil) -> [UInt8] {
        let attribute = mechanism.map { " mechanism='\($0.rawValue)'" } ?? ""
        return Array("<\(name) xmlns='urn:ietf:params:xml:ns:xmpp-sasl'\(attribute)>".utf8) + text
            + Array("</\(name)>".utf8)
    }
}
