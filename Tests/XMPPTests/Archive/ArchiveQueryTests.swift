import Testing
import Wire

@testable import XMPP

@Suite struct ArchiveQueryTests {
    static func query(_ content: String, attributes: String = "") throws -> ArchiveQuery {
        try ArchiveQuery(parsing: element("<query xmlns='urn:xmpp:mam:2'\(attributes)>\(content)</query>"))
    }

    /// A submitted form with these fields, as `name=value`.
    static func form(_ fields: String...) -> String {
        let written = fields.map { field in
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return "<field var='\(parts[0])'><value>\(parts[1])</value></field>"
        }
        return "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'>"
            + "<value>urn:xmpp:mam:2</value></field>\(written.joined())</x>"
    }

    @Test func `no filter asks for everything`() throws {
        #expect(try Self.query("") == ArchiveQuery())
        #expect(try Self.query("", attributes: " queryid='f27'").queryID == "f27")
    }

    @Test func `reads every filter`() throws {
        let query = try Self.query(
            Self.form(
                "with=Juliet@Example.com", "start=2026-01-01T00:00:00Z", "end=2026-02-01T00:00:00.5+01:00",
                "after-id=a-1", "before-id=a-9", "include-groupchat=false")
                + "<set xmlns='http://jabber.org/protocol/rsm'><max>20</max><before/></set><flip-page/>")
        #expect(query.with == (try address("juliet@example.com")))
        #expect(query.start == Timestamp(milliseconds: 1_767_225_600_000))
        #expect(query.end == Timestamp(milliseconds: 1_769_900_400_500))
        #expect(query.afterID == "a-1")
        #expect(query.beforeID == "a-9")
        #expect(query.page == ResultSetRequest(maximum: 20, page: .last))
        #expect(query.isFlipped)
        #expect(query.ids.isEmpty)
    }

    @Test func `reads ids`() throws {
        let form =
            "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"
            + "<field var='ids'><value>a</value><value>b</value></field><field var='with'/></x>"
        let query = try Self.query(form)
        #expect(query.ids == ["a", "b"])
        #expect(query.with == nil)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let content: String
        let condition: StanzaError.Condition
        var attributes = ""
        var testDescription: String { "\(condition.rawValue): \(content.prefix(160).suffix(60))\(attributes)" }
    }

    static let refused = [
        Refused(content: form("colour=red"), condition: .featureNotImplemented),
        Refused(
            content: "<set xmlns='http://jabber.org/protocol/rsm'><index>5</index></set>",
            condition: .featureNotImplemented),
        Refused(content: form("with=@"), condition: .jidMalformed),
        Refused(content: form("with="), condition: .jidMalformed),
        Refused(content: form("start=yesterday"), condition: .badRequest),
        Refused(content: form("end="), condition: .badRequest),
        Refused(content: form("after-id="), condition: .badRequest),
        Refused(content: form("before-id="), condition: .badRequest),
        Refused(content: form("include-groupchat=maybe"), condition: .badRequest),
        Refused(
            content: "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:1</value>"
                + "</field></x>", condition: .badRequest),
        Refused(content: "<x xmlns='jabber:x:data' type='submit'/>", condition: .badRequest),
        Refused(
            content: "<x xmlns='jabber:x:data' type='cancel'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value>"
                + "</field></x>", condition: .badRequest),
        Refused(
            content: "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value>"
                + "</field><field var='with'><value>a@b.c</value><value>d@e.f</value></field></x>",
            condition: .badRequest),
        Refused(
            content: "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>urn:xmpp:mam:2</value>"
                + "</field><field var='ids'>" + String(repeating: "<value>a</value>", count: 101) + "</field></x>",
            condition: .resourceConstraint),
        Refused(content: "", condition: .itemNotFound, attributes: " node='urn:x'"),
        Refused(content: "", condition: .badRequest, attributes: " queryid='\(String(repeating: "q", count: 257))'")
    ]

    @Test(arguments: refused) func `refuses`(_ row: Refused) {
        #expect(refusal { _ = try Self.query(row.content, attributes: row.attributes) } == row.condition)
    }
}
