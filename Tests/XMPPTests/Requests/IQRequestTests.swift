import Testing

@testable import XMPP

@Suite struct IQRequestTests {
    static func request(_ type: String, _ payload: String, to: String? = nil) throws -> IQRequest {
        let to = to.map { " to='\($0)'" } ?? ""
        let request = try stanza("<iq type='\(type)' id='1' from='me@b.c/desk'\(to)>\(payload)</iq>")
        return try IQRequest(request, owner: address("me@b.c/desk"))
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let type: String
        let payload: String
        let to: String?
        /// The request as Swift prints it, or its beginning.
        let expected: String
        var testDescription: String { "\(type) \(payload) to \(to ?? "-")" }

        init(_ type: String, _ payload: String, to: String? = nil, _ expected: String) {
            self.type = type
            self.payload = payload
            self.to = to
            self.expected = expected
        }
    }

    static let understood: [Row] = [
        Row("get", "<query xmlns='jabber:iq:roster' ver='1'/>", "roster(get(1))"),
        Row("get", "<query xmlns='jabber:iq:roster'/>", to: "me@b.c", "roster(get())"),
        Row("set", "<query xmlns='jabber:iq:roster'><item jid='a@b.c'/></query>", "roster(set(a@b.c))"),
        Row("get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "discoInfo(account, )"),
        Row(
            "get", "<query xmlns='http://jabber.org/protocol/disco#info' node='n'/>", to: "b.c", "discoInfo(server, n)"),
        Row(
            "get", "<query xmlns='http://jabber.org/protocol/disco#info'/>", to: "a@b.c", "discoInfo(contact(a@b.c), )"),
        Row("get", "<query xmlns='http://jabber.org/protocol/disco#items'/>", to: "b.c", "discoItems(server, )"),
        Row("get", "<ping xmlns='urn:xmpp:ping'/>", "ping"),
        Row("get", "<ping xmlns='urn:xmpp:ping'/>", to: "b.c", "ping"),
        Row("get", "<query xmlns='jabber:iq:version'/>", to: "b.c", "version"),
        Row("get", "<time xmlns='urn:xmpp:time'/>", to: "b.c", "time"),
        Row("get", "<query xmlns='urn:xmpp:mam:2'/>", "archiveForm"),
        Row("set", "<query xmlns='urn:xmpp:mam:2' queryid='q'/>", to: "me@b.c", "archiveQuery(q)"),
        Row("get", "<metadata xmlns='urn:xmpp:mam:2'/>", "archiveMetadata"),
        Row("get", "<prefs xmlns='urn:xmpp:mam:2'/>", "archivePreferences"),
        Row("set", "<enable xmlns='urn:xmpp:carbons:2'/>", "carbons(true)"),
        Row("set", "<disable xmlns='urn:xmpp:carbons:2'/>", to: "b.c", "carbons(false)"),
        Row("get", "<blocklist xmlns='urn:xmpp:blocking'/>", "blocking(get)"),
        Row("set", "<block xmlns='urn:xmpp:blocking'><item jid='a@b.c'/></block>", "blocking(block)"),
        Row("set", "<unblock xmlns='urn:xmpp:blocking'/>", to: "b.c", "blocking(unblock)"),
        Row("get", "<vCard xmlns='vcard-temp'/>", "vcard(me@b.c)"),
        Row("get", "<vCard xmlns='vcard-temp'/>", to: "a@b.c", "vcard(a@b.c)"),
        Row("set", "<vCard xmlns='vcard-temp'><FN>x</FN></vCard>", "setVCard"),
        Row("get", "<query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query>", "privateData(urn:a)"),
        Row("set", "<query xmlns='jabber:iq:private'><a xmlns='urn:a'>x</a></query>", "setPrivateData(urn:a)"),
        Row("get", "<anything xmlns='urn:x'/>", to: "a@b.c/desk", "route(a@b.c/desk)"),
        Row("set", "<anything xmlns='urn:x'/>", to: "me@b.c/phone", "route(me@b.c/phone)"),
        Row("get", "<ping xmlns='urn:xmpp:ping'/>", to: "other.org", "route(other.org)"),
        Row("get", "<query xmlns='jabber:iq:roster'/>", to: "a@other.org", "route(a@other.org)")
    ]

    static func describe(_ request: IQRequest) -> String {
        func name(_ target: IQRequest.Target) -> String {
            switch target {
            case .account: "account"
            case .server: "server"
            case .contact(let jid): "contact(\(jid))"
            }
        }
        return switch request {
        case .route(let jid): "route(\(jid))"
        case .roster(.get(let version)): "roster(get(\(version ?? "")))"
        case .roster(.set(let jid, _, _)): "roster(set(\(jid)))"
        case .roster(.remove(let jid)): "roster(remove(\(jid)))"
        case .discoInfo(let target, let node): "discoInfo(\(name(target)), \(node ?? ""))"
        case .discoItems(let target, let node): "discoItems(\(name(target)), \(node ?? ""))"
        case .ping: "ping"
        case .version: "version"
        case .time: "time"
        case .archiveForm: "archiveForm"
        case .archiveQuery(let query): "archiveQuery(\(query.queryID ?? ""))"
        case .archiveMetadata: "archiveMetadata"
        case .archivePreferences: "archivePreferences"
        case .carbons(let isOn): "carbons(\(isOn))"
        case .blocking(.get): "blocking(get)"
        case .blocking(.block): "blocking(block)"
        case .blocking(.unblock): "blocking(unblock)"
        case .vcard(let jid): "vcard(\(jid))"
        case .setVCard: "setVCard"
        case .privateData(let key): "privateData(\(key.namespace))"
        case .setPrivateData(let key, _): "setPrivateData(\(key.namespace))"
        }
    }

    @Test(arguments: understood) func `understands`(_ row: Row) throws {
        #expect(Self.describe(try Self.request(row.type, row.payload, to: row.to)) == row.expected)
    }

    static let refused: [(Row, StanzaError.Condition)] = [
        (Row("get", "<query xmlns='urn:unknown'/>", ""), .serviceUnavailable),
        (Row("set", "<query xmlns='urn:unknown'/>", to: "b.c", ""), .serviceUnavailable),
        (Row("get", "<query xmlns='urn:unknown'/>", to: "a@b.c", ""), .serviceUnavailable),
        (Row("get", "<ping xmlns='urn:xmpp:ping'/>", to: "a@b.c", ""), .serviceUnavailable),
        (Row("get", "<ping xmlns='urn:xmpp:ping'/>", to: "b.c/x", ""), .serviceUnavailable),
        (Row("set", "<ping xmlns='urn:xmpp:ping'/>", ""), .serviceUnavailable),
        (Row("get", "<pubsub xmlns='http://jabber.org/protocol/pubsub'/>", ""), .serviceUnavailable),
        (Row("get", "<query xmlns='jabber:iq:last'/>", to: "a@b.c", ""), .serviceUnavailable),
        (Row("get", "<query xmlns='jabber:iq:register'/>", to: "b.c", ""), .serviceUnavailable),
        (Row("get", "<query xmlns='jabber:iq:roster'/>", to: "a@b.c", ""), .forbidden),
        (Row("get", "<query xmlns='jabber:iq:roster'/>", to: "b.c", ""), .forbidden),
        (Row("set", "<query xmlns='jabber:iq:roster'><item jid='x@b.c'/></query>", to: "a@b.c", ""), .forbidden),
        (Row("set", "<query xmlns='urn:xmpp:mam:2'/>", to: "a@b.c", ""), .forbidden),
        (Row("set", "<vCard xmlns='vcard-temp'/>", to: "b.c", ""), .forbidden),
        (Row("set", "<enable xmlns='urn:xmpp:carbons:2'/>", to: "a@b.c", ""), .forbidden),
        (Row("get", "<query xmlns='urn:xmpp:mam:2'/>", to: "a@b.c", ""), .serviceUnavailable),
        (Row("set", "<prefs xmlns='urn:xmpp:mam:2' default='never'/>", ""), .notAllowed),
        (Row("set", "<prefs xmlns='urn:xmpp:mam:2'/>", ""), .badRequest),
        (Row("set", "<query xmlns='jabber:iq:roster'/>", ""), .badRequest),
        (Row("get", "<query xmlns='jabber:iq:private'/>", ""), .badRequest),
        (Row("set", "<query xmlns='jabber:iq:private'><a xmlns='urn:a'/><b xmlns='urn:b'/></query>", ""), .badRequest),
        (Row("set", "<query xmlns='jabber:iq:private'><a/></query>", ""), .notAcceptable)
    ]

    @Test(arguments: refused) func `refuses`(row: Row, condition: StanzaError.Condition) {
        #expect(refusal { _ = try Self.request(row.type, row.payload, to: row.to) } == condition)
    }

    @Test func `only a get or a set is a request`() throws {
        let result = try stanza("<iq type='result' id='1'/>")
        let message = try stanza("<message><body>x</body></message>")
        let owner = try address("me@b.c")
        #expect(refusal { _ = try IQRequest(result, owner: owner) } == .badRequest)
        #expect(refusal { _ = try IQRequest(message, owner: owner) } == .badRequest)
    }
}
