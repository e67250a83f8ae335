import Testing

@testable import Wire

@Suite struct ElementTests {
    private let message = try? Element(
        parsing: Array(
            """
            <message xmlns='jabber:client' to='a&amp;b' type='chat' xml:lang='de' xmlns:p='u' p:to='x'>
            <body>one &lt;<![CDATA[two]]><i xmlns='h'>not this</i> three</body><p:y z='1'/><empty/></message>
            """.utf8))

    @Test func `names`() throws {
        let message = try #require(message)
        #expect(message.name == "message")
        #expect(message.namespace == "jabber:client")
        #expect(message.matches(QName("jabber:client", "message")))
        #expect(!message.matches(QName("jabber:client", "messag")))
        #expect(!message.matches(QName("jabber:server", "message")))
        #expect(message.isIn("jabber:client"))
        #expect(message.isNamed("message"))
        #expect(!message.isIn(""))
    }

    @Test func `attributes`() throws {
        let message = try #require(message)
        #expect(message["to"] == "a&b")
        #expect(message["from"] == nil)
        #expect(message["lang"] == nil)
        #expect(message["xmlns"] == nil)
        #expect(message.language == "de")
        #expect(message.attribute("type", equals: "chat"))
        #expect(message.attribute("to", equals: "a&b"))
        #expect(!message.attribute("type", equals: "groupchat"))
        #expect(!message.attribute("none", equals: ""))
        let all = message.attributes.map { "{\($0.namespace)}\($0.name)=\($0.value)" }
        #expect(all == ["{}to=a&b", "{}type=chat", "{http://www.w3.org/XML/1998/namespace}lang=de", "{u}to=x"])
    }

    @Test func `content`() throws {
        let message = try #require(message)
        #expect(message.children.map(\.name) == ["body", "y", "empty"])
        #expect(message.first(QName("jabber:client", "body"))?.text == "one <two three")
        #expect(message.first(QName("u", "y"))?["z"] == "1")
        #expect(message.first(QName("", "y")) == nil)
        #expect(message.first(QName("jabber:client", "empty"))?.text == "")
        #expect(message.text == "\n")
    }

    @Test(arguments: [
        // Nothing to add: bytes as they came.
        ("<a xmlns='w' b=\"c\" ><d>&#x65;</d></a>", "<a xmlns='w' b=\"c\" ><d>&#x65;</d></a>"),
        ("<a xmlns='other'/>", "<a xmlns='other'/>"),
        ("<a xmlns=''/>", "<a xmlns=''/>"),
        ("<a b='c'/>", "<a xmlns='' b='c'/>"),
        // A child takes what it needs with it, and no more.
        ("<a xmlns='w' xmlns:p='u'>!<p:b/></a>", "<p:b xmlns:p='u'/>"),
        ("<a xmlns='v' xmlns:p='u'>!<b/></a>", "<b xmlns='v'/>"),
        (
            "<a xmlns='v' xmlns:p='u' xmlns:q='\"&amp;'>!<b q:c='d' xmlns='w'/></a>",
            "<b xmlns:q='&quot;&amp;' xmlns:p='u' q:c='d' xmlns='w'/>"
        ),
        ("<a xmlns='w' xmlns:p='u'>!<b xmlns:p='v' p:c=''/></a>", "<b xmlns:p='v' p:c=''/>"),
        ("<a xmlns='w' xmlns:p='u'>!<b><p:c/></b></a>", "<b xmlns:p='u'><p:c/></b>"),
        ("<a xmlns='w' xmlns:p='u'>!<b><c xmlns:p='v'><p:c/></c></b></a>", "<b><c xmlns:p='v'><p:c/></c></b>"),
        ("<a xmlns='w'>!<b xml:lang='en'/></a>", "<b xml:lang='en'/>")
    ])
    func `written where w is the default namespace`(input: String, expected: String) throws {
        let root = try Element(parsing: Array(input.utf8))
        let element = input.contains("!") ? try #require(root.children.first { _ in true }) : root
        var writer = XMLWriter(defaultNamespace: "w")
        element.write(into: &writer)
        #expect(String(decoding: writer.finish(), as: UTF8.self) == expected)
        #expect(Canonical.form(try Element(parsing: element.serialized)) == Canonical.form(element))
    }

    @Test(arguments: [
        ("<presence/>", "<presence/>", "<presence xmlns='jabber:client'/>"),
        // Found by fuzzing: a stream's prefix on the stanza's own name.
        (
            "<stream:error/>", "<stream:error xmlns:stream='http://etherx.jabber.org/streams'/>",
            "<stream:error xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'/>"
        ),
        (
            "<a><b stream:c=''/></a>", "<a xmlns:stream='http://etherx.jabber.org/streams'><b stream:c=''/></a>",
            "<a xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'><b stream:c=''/></a>"
        ),
        (
            "<a xmlns:stream='u' stream:b=''/>", "<a xmlns:stream='u' stream:b=''/>",
            "<a xmlns='jabber:client' xmlns:stream='u' stream:b=''/>"
        ),
        (
            "<a xmlns='u'><stream xmlns='v'/></a>", "<a xmlns='u'><stream xmlns='v'/></a>",
            "<a xmlns='u'><stream xmlns='v'/></a>"
        )
    ])
    func `a stanza taken out of its stream`(input: String, inStream: String, alone: String) throws {
        var parser = XMLStreamParser()
        parser.feed(Array((header + input).utf8))
        _ = try parser.next()
        guard case .element(let element) = try parser.next() else {
            Issue.record("no element")
            return
        }
        var writer = XMLWriter(defaultNamespace: "jabber:client")
        element.write(into: &writer)
        #expect(String(decoding: writer.finish(), as: UTF8.self) == inStream)
        #expect(String(decoding: element.serialized, as: UTF8.self) == alone)
        #expect(Canonical.form(try Element(parsing: element.serialized)) == Canonical.form(element))
    }

    @Test func `content is written into another tag`() throws {
        let element = try Element(
            parsing: Array("<a xmlns='v' xmlns:p='u'>&lt;<b/><![CDATA[<]]><p:c/><d xmlns='w'/></a>".utf8))
        var writer = XMLWriter(defaultNamespace: "w")
        writer.start(QName("w", "x"))
        writer.attribute("to", "y")
        element.writeContent(into: &writer)
        writer.end()
        #expect(
            String(decoding: writer.finish(), as: UTF8.self)
                == "<x to='y'>&lt;<b xmlns='v'/><![CDATA[<]]><p:c xmlns='v' xmlns:p='u'/><d xmlns='w'/></x>")
    }

    @Test(arguments: [
        ("<a/>", "<a from='f&apos;' to='t'/>"),
        ("<a ></a >", "<a from='f&apos;' to='t'></a >"),
        (
            "<a from = \"x\" b=\"'\"\nto='y&amp;' type='z' id='&lt;'><b to='k'/></a>",
            "<a b=\"'\" id='&lt;' from='f&apos;' to='t'><b to='k'/></a>"
        ),
        ("<a xmlns='v' xml:lang='en'/>", "<a xmlns='v' xml:lang='en' from='f&apos;' to='t'/>"),
        (
            "<p:a xmlns:p='u' p:to='x'><p:c/></p:a>",
            "<p:a xmlns:p='u' p:to='x' from='f&apos;' to='t'><p:c/></p:a>"
        ),
        (
            "<stream:a/>",
            "<stream:a xmlns:stream='http://etherx.jabber.org/streams' from='f&apos;' to='t'/>"
        )
    ])
    func `attributes are replaced in passing`(input: String, expected: String) throws {
        var parser = XMLStreamParser()
        parser.feed(Array((header + input).utf8))
        _ = try parser.next()
        guard case .element(let element) = try parser.next() else {
            Issue.record("no element")
            return
        }
        var writer = XMLWriter(defaultNamespace: "jabber:client")
        element.write(into: &writer, replacing: [("from", "f'"), ("to", "t"), ("type", nil)])
        let bytes = writer.finish()
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        #expect(try Element(parsing: bytes)["from"] == "f'")
    }

    @Test(arguments: [
        ("", XMLError.Code.unexpectedEnd, 0), ("<a", .unexpectedEnd, 2), ("<a>", .unexpectedEnd, 3),
        ("<a/><b/>", .notWellFormed, 4), ("<a/> x", .notWellFormed, 5), ("<a/>&#32;", .notWellFormed, 4),
        ("text", .notWellFormed, 0), ("<a/><!-- -->", .notWellFormed, 4), ("</a>", .notWellFormed, 0),
        ("<![CDATA[x]]>", .notWellFormed, 0), ("<!DOCTYPE a><a/>", .restrictedXML, 0)
    ])
    func `what is no standalone element`(input: String, code: XMLError.Code, offset: Int) {
        #expect(throws: XMLError(code, at: offset)) { try Element(parsing: Array(input.utf8)) }
    }

    @Test func `white space and a declaration may stand around a standalone element`() throws {
        #expect(try Element(parsing: Array("<?xml version='1.0'?>\n<a/>\r\n ".utf8)).name == "a")
    }

    @Test func `limits hold for a standalone element`() {
        #expect(throws: XMLError(.tooDeep, at: 3)) {
            try Element(parsing: Array("<a><b/></a>".utf8), limits: XMLLimits(depth: 1))
        }
    }
}
