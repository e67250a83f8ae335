import Testing

@testable import XMPP

@Suite struct ResultSetTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let children: String
        let request: ResultSetRequest
        var testDescription: String { children }

        init(_ children: String, _ maximum: Int?, _ page: ResultSetRequest.Page) {
            self.children = children
            request = ResultSetRequest(maximum: maximum, page: page)
        }
    }

    static let rows = [
        Row("", nil, .first), Row("<max>10</max>", 10, .first), Row("<max>0</max>", 0, .first),
        Row("<max>10</max><after>a-1</after>", 10, .after("a-1")),
        Row("<before>a&amp;1</before>", nil, .before("a&1")), Row("<max>5</max><before/>", 5, .last),
        Row("<other xmlns='urn:x'/><index xmlns='urn:x'>1</index>", nil, .first)
    ]

    static func request(_ children: String) throws -> ResultSetRequest {
        try ResultSetRequest(parsing: element("<set xmlns='http://jabber.org/protocol/rsm'>\(children)</set>"))
    }

    @Test(arguments: rows) func `reads a request`(_ row: Row) throws {
        #expect(try Self.request(row.children) == row.request)
    }

    @Test(arguments: [
        ("<max>-1</max>", StanzaError.Condition.badRequest), ("<max>ten</max>", .badRequest), ("<max/>", .badRequest),
        ("<max>99999999999999999999</max>", .badRequest), ("<after/>", .badRequest),
        ("<after>a</after><before>b</before>", .badRequest), ("<index>3</index>", .featureNotImplemented)
    ])
    func `refuses`(children: String, condition: StanzaError.Condition) {
        #expect(refusal { _ = try Self.request(children) } == condition)
    }

    @Test func `a page is no longer than both sides want`() {
        #expect(ResultSetRequest(maximum: nil).limit(atMost: 50) == 50)
        #expect(ResultSetRequest(maximum: 10).limit(atMost: 50) == 10)
        #expect(ResultSetRequest(maximum: 1000).limit(atMost: 50) == 50)
    }

    @Test func `writes where a page lies`() {
        #expect(
            written(ResultSet(first: "a", last: "b", firstIndex: 0, count: 20).write)
                == "<set xmlns='http://jabber.org/protocol/rsm'><first index='0'>a</first><last>b</last>"
                + "<count>20</count></set>")
        #expect(written(ResultSet().write) == "<set xmlns='http://jabber.org/protocol/rsm'/>")
    }
}
