import Testing
import Wire

@testable import XMPP

@Suite struct RosterTests {
    static let owner = "romeo@example.net/orchard"

    static func request(_ xml: String, limits: RosterLimits = .standard) throws -> RosterRequest {
        try RosterRequest(set: element(xml), owner: address(owner), limits: limits)
    }

    @Test func `a get says what is cached`() throws {
        #expect(try RosterRequest(get: element("<query xmlns='jabber:iq:roster'/>")) == .get(version: nil))
        #expect(try RosterRequest(get: element("<query xmlns='jabber:iq:roster' ver=''/>")) == .get(version: ""))
        #expect(try RosterRequest(get: element("<query xmlns='jabber:iq:roster' ver='v7'/>")) == .get(version: "v7"))
        #expect(
            refusal { _ = try RosterRequest(get: element("<query xmlns='jabber:iq:roster'><item jid='a@b'/></query>")) }
                == .badRequest)
    }

    @Test func `a set names one contact, and only name and groups count`() throws {
        let set = try Self.request(
            """
            <query xmlns='jabber:iq:roster'>
              <item jid='Nurse@Example.com' name='Nurse' subscription='both' ask='subscribe' approved='true'>
                <group>Servants</group><group>Confidants</group><other xmlns='urn:x'/></item></query>
            """)
        #expect(
            set == .set(jid: try address("nurse@example.com"), name: "Nurse", groups: ["Confidants", "Servants"]))
        #expect(
            try Self.request("<query xmlns='jabber:iq:roster'><item jid='a@b.c' name=''/></query>")
                == .set(jid: try address("a@b.c"), name: nil, groups: []))
        #expect(
            try Self.request("<query xmlns='jabber:iq:roster'><item jid='a@b.c' subscription='remove'/></query>")
                == .remove(try address("a@b.c")))
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let content: String
        let condition: StanzaError.Condition
        var testDescription: String { "\(condition.rawValue): \(content.prefix(60))" }
    }

    static let long = String(repeating: "é", count: 512)

    static let refused = [
        Refused(content: "", condition: .badRequest),
        Refused(content: "<item jid='a@b.c'/><item jid='d@b.c'/>", condition: .badRequest),
        Refused(content: "<item/>", condition: .badRequest),
        Refused(content: "<item xmlns='urn:x' jid='a@b.c'/>", condition: .badRequest),
        Refused(content: "<item jid='a@b.c/r'/>", condition: .badRequest),
        Refused(content: "<item jid='a@b.c'><group>x</group><group>x</group></item>", condition: .badRequest),
        Refused(content: "<item jid='@b.c'/>", condition: .jidMalformed),
        Refused(content: "<item jid='romeo@example.net'/>", condition: .notAllowed),
        Refused(content: "<item jid='a@b.c'><group/></item>", condition: .notAcceptable),
        Refused(content: "<item jid='a@b.c'><group>\(long)</group></item>", condition: .notAcceptable),
        Refused(content: "<item jid='a@b.c' name='\(long)'/>", condition: .notAcceptable),
        Refused(
            content: "<item jid='a@b.c'>" + (0...64).map { "<group>\($0)</group>" }.joined() + "</item>",
            condition: .notAcceptable)
    ]

    @Test(arguments: refused) func `refuses`(_ row: Refused) {
        #expect(
            refusal { _ = try Self.request("<query xmlns='jabber:iq:roster'>\(row.content)</query>") } == row.condition)
    }

    @Test func `items are written with what clients may see`() throws {
        let item = RosterItem(
            jid: try address("nurse@example.com"), name: "N & N", groups: ["b", "a"],
            subscription: Subscription(.fromOut, isApproved: true))
        #expect(
            written(item.write)
                == "<item xmlns='jabber:iq:roster' jid='nurse@example.com' name='N &amp; N' subscription='from' "
                + "ask='subscribe' approved='true'><group>a</group><group>b</group></item>")
    }

    @Test func `a result lists what is listed, under its version`() throws {
        let items = [
            RosterItem(jid: try address("a@b.c"), subscription: Subscription(.both)),
            RosterItem(jid: try address("stranger@b.c"), subscription: Subscription(.noneIn), isListed: false)
        ]
        #expect(
            written { Roster.writeResult(items, version: "v2", into: &$0) }
                == "<query xmlns='jabber:iq:roster' ver='v2'><item jid='a@b.c' subscription='both'/></query>")
    }

    @Test func `pushes carry one item and the new version`() throws {
        let item = RosterItem(jid: try address("a@b.c"))
        #expect(
            written { RosterPush.changed(item).write(version: "3", into: &$0) }
                == "<query xmlns='jabber:iq:roster' ver='3'><item jid='a@b.c' subscription='none'/></query>")
        #expect(
            written { RosterPush.removed(item.jid).write(version: "4", into: &$0) }
                == "<query xmlns='jabber:iq:roster' ver='4'><item jid='a@b.c' subscription='remove'/></query>")
    }
}
