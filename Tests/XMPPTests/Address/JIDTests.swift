import Testing

@testable import XMPP

@Suite struct JIDTests {
    struct Good: Sendable, CustomTestStringConvertible {
        let input: String
        let local: String?
        let domain: String
        let resource: String?

        init(_ input: String, _ local: String?, _ domain: String, _ resource: String? = nil) {
            self.input = input
            self.local = local
            self.domain = domain
            self.resource = resource
        }

        var testDescription: String { input }
    }

    static let good: [Good] = [
        Good("juliet@example.com", "juliet", "example.com"),
        Good("juliet@example.com/foo", "juliet", "example.com", "foo"),
        Good("juliet@example.com/foo bar", "juliet", "example.com", "foo bar"),
        Good("juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar"),
        Good("foo\u{5C}20bar@example.com", "foo\u{5C}20bar", "example.com"),
        Good("fussball@example.com", "fussball", "example.com"),
        Good("fu\u{DF}ball@example.com", "fu\u{DF}ball", "example.com"),
        Good("\u{3C0}@example.com", "\u{3C0}", "example.com"),
        Good("\u{3A3}@example.com/foo", "\u{3C3}", "example.com", "foo"),
        Good("\u{3C3}@example.com/foo", "\u{3C3}", "example.com", "foo"),
        Good("\u{3C2}@example.com/foo", "\u{3C2}", "example.com", "foo"),
        Good("king@example.com/\u{265A}", "king", "example.com", "\u{265A}"),
        Good("example.com", nil, "example.com"),
        Good("example.com/foobar", nil, "example.com", "foobar"),
        Good("a.example.com/b@example.net", nil, "a.example.com", "b@example.net"),
        Good("example.com/a/b//", nil, "example.com", "a/b//"),
        Good("JULIET@EXAMPLE.COM/Balcony", "juliet", "example.com", "Balcony"),
        Good("juliet@example.com.", "juliet", "example.com"),
        Good("juliet@192.0.2.7", "juliet", "192.0.2.7"),
        Good("juliet@[2001:DB8::0:1]/x", "juliet", "[2001:db8::1]", "x"),
        Good("[::ffff:192.0.2.1]", nil, "[::ffff:c000:201]"),
        Good("[1:0:0:2:0:0:0:3]", nil, "[1:0:0:2::3]"),
        Good("[::]", nil, "[::]"),
        Good("bücher.example", nil, "bücher.example"),
        Good("BU\u{308}CHER.example", nil, "b\u{FC}cher.example"),
        Good("xn--bcher-kva.example", nil, "b\u{FC}cher.example"),
        Good("XN--BCHER-KVA.example", nil, "b\u{FC}cher.example"),
        Good("例え。テスト", nil, "例え.テスト"),
        Good("xn--r8jz45g.xn--zckzah", nil, "例え.テスト"),
        Good("ｅｘａｍｐｌｅ．ｃｏｍ", nil, "example.com"),
        Good("１２３@localhost", "123", "localhost"),
        Good("\u{FF0B}\u{FF14}\u{FF19}１５１２３@x", "+4915123", "x"),
        Good("a@x/\u{3000}y\u{A0}", "a", "x", " y "),
        Good("a@my-host-2.example", "a", "my-host-2.example"),
        Good("!#$%^*()_+-=[]{};,.?~`|\u{5C}@x", "!#$%^*()_+-=[]{};,.?~`|\u{5C}", "x")
    ]

    @Test(arguments: good) func reads(_ fixture: Good) throws {
        let jid = try JID(parsing: fixture.input)
        #expect(jid.local.map { Array($0.utf8) } == fixture.local.map { Array($0.utf8) })
        #expect(Array(jid.domain.utf8) == Array(fixture.domain.utf8))
        #expect(jid.resource.map { Array($0.utf8) } == fixture.resource.map { Array($0.utf8) })
        #expect(jid.isAt(domain: fixture.domain))
        // Printing and reading again changes nothing, and the parts make the same address.
        #expect(try JID(parsing: jid.description) == jid)
        #expect(try JID(local: fixture.local, domain: fixture.domain, resource: fixture.resource) == jid)
        #expect(jid.bare.resource == nil)
        #expect(jid.bare.description + (jid.resource.map { "/" + $0 } ?? "") == jid.description)
        #expect(jid.domainAddress.description == fixture.domain)
        #expect(try jid.bare.with(resource: "there").resource == "there")
    }

    static let bad: [(String, JIDError)] = [
        ("", .domainpart), ("@", .localpart), ("/", .resourcepart), ("@/", .resourcepart), ("/x", .domainpart),
        ("@example.com", .localpart), ("juliet@", .domainpart), ("juliet@example.com/", .resourcepart),
        ("\"juliet\"@example.com", .localpart), ("foo bar@example.com", .localpart),
        ("a&b@x", .localpart), ("a'b@x", .localpart), ("a:b@x", .localpart), ("a<b@x", .localpart),
        ("a@b@c", .domainpart), ("henry\u{2163}@example.com", .localpart), ("\u{265A}@example.com", .localpart),
        ("a\u{0}@x", .localpart), ("a@x/\u{7}", .resourcepart), ("a@x y", .domainpart),
        ("a@.", .domainpart), ("a@..", .domainpart), ("a@.x", .domainpart), ("a@x..y", .domainpart),
        ("a@-x", .domainpart), ("a@x-", .domainpart), ("a@x-.y", .domainpart), ("a@x_y", .domainpart),
        ("a@ab--c", .domainpart), ("a@xn--", .domainpart), ("a@xn--abc", .domainpart),
        ("xn--bn--bchStzr-ScchStzr-Sce", .domainpart), ("a@xn--a-", .domainpart),
        ("a@xn--99999999", .domainpart), ("a@\u{301}x", .domainpart), ("a@[::1", .domainpart),
        ("a@[:::1]", .domainpart), ("a@[1:2:3:4:5:6:7]", .domainpart), ("a@[1:2:3:4:5:6:7:8:9]", .domainpart),
        ("a@[1:2:3:4:5:6:7::8:9]", .domainpart), ("a@[::1%eth0]", .domainpart), ("a@[::-1]", .domainpart),
        ("a@[::1.2.3.256]", .domainpart), ("a@[::1.2.3]", .domainpart), ("a@[::01.2.3.4]", .domainpart),
        ("a@[]", .domainpart), ("a@[12345::]", .domainpart), ("[::1]x", .domainpart),
        ("\u{627}1\u{661}@x", .localpart), ("a\u{5D0}@x", .localpart), ("\u{378}@x", .localpart)
    ]

    @Test(arguments: bad) func refuses(_ input: String, _ error: JIDError) {
        #expect(throws: error) { try JID(parsing: input) }
        #expect(JID(input) == nil)
    }

    @Test func `every part has its longest length`() throws {
        let longest = String(repeating: "a", count: 1023)
        #expect(try JID(parsing: longest + "@x/" + longest).local == longest)
        #expect(throws: JIDError.localpart) { try JID(parsing: longest + "a@x") }
        #expect(throws: JIDError.resourcepart) { try JID(parsing: "x/" + longest + "a") }
        #expect(throws: JIDError.localpart) { try JID(parsing: String(repeating: "é", count: 512) + "@x") }
        let label = String(repeating: "a", count: 63)
        let name = Array(repeating: label, count: 15).joined(separator: ".") + "." + label
        #expect(name.utf8.count == 1023)
        #expect(try JID(parsing: name).domain == name)
        #expect(throws: JIDError.domainpart) { try JID(parsing: "a." + name) }
        #expect(throws: JIDError.domainpart) { try JID(parsing: label + "a.example") }
    }

    @Test(arguments: [
        ("+491@x", "+491"), ("+123456789012345@x", "+123456789012345"), ("＋４９１@x", "+491"), ("+49@x", nil),
        ("+1234567890123456@x", nil), ("491@x", nil), ("++91@x", nil), ("+49a@x", nil), ("+४९१@x", nil), ("x", nil)
    ]) func `recognises number aliases`(_ input: String, _ alias: String?) throws {
        #expect(try JID(parsing: input).numberAlias == alias)
    }

    @Test(arguments: [
        ("+1@x", true), ("+1234567890123456789@x", true), ("+@x", false), ("1@x", false), ("+1.2@x", false)
    ])
    func `recognises names like numbers`(_ input: String, _ isNumberLike: Bool) throws {
        #expect(try JID(parsing: input).isNumberLike == isNumberLike)
    }

    @Test func `equal addresses are one key`() throws {
        let addresses = try Set(
            ["Romeo@EXAMPLE.net/x", "romeo@example.net/x", "romeo@example.net./x"].map(JID.init(parsing:)))
        #expect(addresses.count == 1)
        #expect(try JID(parsing: "romeo@example.net/X") != JID(parsing: "romeo@example.net/x"))
        #expect(try JID(parsing: "a@b") != JID(parsing: "b/a"))
    }
}
