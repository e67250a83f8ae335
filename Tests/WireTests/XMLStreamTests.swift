import Testing

@testable import Wire

@Suite struct XMLStreamTests {
    @Test(
        arguments: [
            .success("", []),
            .success("<?xml version='1.0'?>", []),
            .success("<?xml version=\"1.0\" encoding='utf-8' standalone='yes' ?>\n" + header, [opened]),
            .success("<?xml version='1.1'\tencoding = 'UTF-8'?>" + header, [opened]),
            .success(" \r\n" + header + " \t\r\n", [opened]),
            .success(header + "</stream:stream \n>", [opened, "close"]),
            .success(header + "</stream:stream><ignored", [opened, "close"]),
            .success("<a/>", ["open {}a {} - - - - -", "close"]),
            .success("<a/><b", ["open {}a {} - - - - -", "close"]),
            .success(
                "<s:x xmlns:s='u' from='f' id='i&lt;' to='t' version='1.0' xml:lang='en'>",
                ["open {u}x {} t f i< 1.0 en"]),
            .success(
                header + " <presence/>\n<presence/> ",
                [opened, "{jabber:client}presence()", "{jabber:client}presence()"]),
            .success(header + "<a><b>c</b", [opened])
        ] as [StreamFixture])
    func `streams`(fixture: StreamFixture) { check(fixture) }

    @Test(
        arguments: [
            .stanza(
                "<message to='b'><body>hi</body><x xmlns='u' n=\"'\"/></message>",
                "{jabber:client}message[{}to='b']({jabber:client}body('hi'){u}x[{}n=''']())"),
            .stanza("<a ></a\t>", "{jabber:client}a()"),
            .stanza("<a\n b = 'c'\r\nd='e' />", "{jabber:client}a[{}b='c' {}d='e']()"),
            .stanza(
                "<a>b<c/>d<c/><c/>e</a>",
                "{jabber:client}a('b'{jabber:client}c()'d'{jabber:client}c(){jabber:client}c()'e')"),
            // Entities and line ends, XML 1.0 §2.11 and §4.
            .stanza("<a>&amp;&lt;&gt;&apos;&quot;&#65;&#x42;&#x1F44B;</a>", "{jabber:client}a('&<>'\"AB\u{1F44B}')"),
            .stanza("<a>1\r\n2\r3\n4\r\r\n5&#13;\n</a>", #"{jabber:client}a('1\10;2\10;3\10;4\10;\10;5\13;\10;')"#),
            // Attribute values, XML 1.0 §3.3.3.
            .stanza("<a b='1\r\n2\r3\n4\t5&#13;&#10;&#9;'/>", #"{jabber:client}a[{}b='1 2 3 4 5\13;\10;\9;']()"#),
            .stanza("<a b='>\"&quot;]]>'/>", "{jabber:client}a[{}b='>\"\"]]>']()"),
            // CDATA sections.
            .stanza(
                "<a><![CDATA[<b>&amp;]]]]><![CDATA[>\r\n]]>c<![CDATA[]]></a>", #"{jabber:client}a('<b>&amp;]]>\10;c')"#),
            .stanza("<a>]] >]>]</a>", "{jabber:client}a(']] >]>]')"),
            // Beyond ASCII: two, three, four bytes, right to left, the last character; DEL and C1 are allowed.
            .stanza(
                "<a>é\u{5E9}\u{200F}\u{10FFFF}\u{FFFD}\u{FEFF}\u{7F}\u{85}</a>",
                "{jabber:client}a('é\u{5E9}\u{200F}\u{10FFFF}\u{FFFD}\u{FEFF}\u{7F}\u{85}')"),
            .stanza("<é-·.1 ü='ö'/>", "{jabber:client}é-·.1[{}ü='ö']()"),
            // Namespaces.
            .stanza("<p:a xmlns:p='u' p:b='1' b='2'/>", "{u}a[{u}b='1' {}b='2']()"),
            .stanza("<a xmlns=''><b xmlns='u'><c xmlns=''/></b></a>", "{}a({u}b({}c()))"),
            .stanza("<p:a xmlns:p='u'><p:a xmlns:p='v'/><p:b/></p:a>", "{u}a({v}a(){u}b())"),
            .stanza("<a xmlns:p='u&amp;v' p:b=''/>", "{jabber:client}a[{u&v}b='']()"),
            .stanza(
                "<stream:error xml:lang='en'/>",
                "{http://etherx.jabber.org/streams}error[{http://www.w3.org/XML/1998/namespace}lang='en']()"),
            .stanza(
                "<xml:a xmlns:xml='http://www.w3.org/XML/1998/namespace'/>", "{http://www.w3.org/XML/1998/namespace}a()"
            ),
            .stanza("<a xmlnsx='1' xml='2'/>", "{jabber:client}a[{}xml='2' {}xmlnsx='1']()")
        ] as [StreamFixture])
    func `stanzas`(fixture: StreamFixture) { check(fixture) }

    @Test(
        arguments: [
            // RFC 6120 §11.1.
            .refusal("<!-- c -->", .restrictedXML, at: 0),
            .refusal("<a><!-- c --></a>", .restrictedXML, at: 3),
            .refusal("<a><?pi?></a>", .restrictedXML, at: 3),
            .refusal("<?xml version='1.0'?>", .restrictedXML, at: 0),
            .refusal("<!DOCTYPE a>", .restrictedXML, at: 0),
            .refusal("<a>&nbsp;</a>", .restrictedXML, at: 3),
            .refusal("<a b='&foo;'/>", .restrictedXML, at: 6),
            .refusal("<a>&a-name-that-is-longer-than-any-of-the-five;</a>", .restrictedXML, at: 3),
            .failure("<!DOCTYPE s>", .restrictedXML, at: 0),
            .failure("<?xml-stylesheet?><a>", .restrictedXML, at: 0),
            .failure("<?pi?><a>", .restrictedXML, at: 0),
            .failure("<!--", .restrictedXML, at: 0),
            .failure("<?xml version='1.0' encoding='ISO-8859-1'?>", .unsupportedEncoding, at: 0),
            .failure([0xFF, 0xFE, 0x3C, 0], .unsupportedEncoding, at: 0),
            .failure([0xFE, 0xFF, 0, 0x3C], .unsupportedEncoding, at: 0),
            .failure([0, 0x3C], .unsupportedEncoding, at: 0),
            // A byte order mark is text here, RFC 6120 §11.6.
            .failure("\u{FEFF}<a>", .notWellFormed, at: 0),
            .failure(" <?xml version='1.0'?>", .restrictedXML, at: 1),
            .failure("<?xml version='2.0'?>", .notWellFormed, at: 0),
            .failure("<?xml?>", .restrictedXML, at: 0),
            .failure("<?xml ?>", .notWellFormed, at: 0),
            .failure("<?xml encoding='utf-8' version='1.0'?>", .notWellFormed, at: 0),
            .failure("<?xml version='1.0'encoding='utf-8'?>", .notWellFormed, at: 0),
            .failure("<?xml version='1.0' standalone='maybe'?>", .notWellFormed, at: 0),
            .failure("<?xml version='1.0\"?>", .notWellFormed, at: 0),
            .failure("<?xml version='1.0'" + String(repeating: " ", count: 300), .notWellFormed, at: 0),
            .failure("x", .notWellFormed, at: 0),
            .failure("</a>", .notWellFormed, at: 0),
            .refusal("x", .unexpectedText, at: 0),
            .refusal("&#32;", .unexpectedText, at: 0),
            .refusal("<![CDATA[]]>", .notWellFormed, at: 0),
            .refusal("</a>", .notWellFormed, at: 0),
            .refusal("</stream:streams>", .notWellFormed, at: 15),
            .refusal("</stream:stream x", .notWellFormed, at: 16)
        ] as [StreamFixture])
    func `what no stream may hold`(fixture: StreamFixture) { check(fixture) }

    @Test(
        arguments: [
            .refusal("<a></b>", .notWellFormed, at: 3),
            .refusal("<a></ab>", .notWellFormed, at: 6),
            .refusal("<ab></a>", .notWellFormed, at: 4),
            .refusal("<a></a b>", .notWellFormed, at: 7),
            .refusal("<p:a xmlns:p='u' xmlns:q='u'></q:a>", .notWellFormed, at: 29),
            .refusal("< a/>", .notWellFormed, at: 1),
            .refusal("<1/>", .notWellFormed, at: 1),
            .refusal("<a\u{D7}/>", .notWellFormed, at: 2),
            .refusal("<\u{B7}/>", .notWellFormed, at: 1),
            .refusal("<:a/>", .notWellFormed, at: 1),
            .refusal("<a:/>", .notWellFormed, at: 3),
            .refusal("<a:1/>", .notWellFormed, at: 3),
            .refusal("<a:b:c/>", .notWellFormed, at: 4),
            .refusal("<a/ >", .notWellFormed, at: 2),
            .refusal("<a b/>", .notWellFormed, at: 4),
            .refusal("<a b=c/>", .notWellFormed, at: 5),
            .refusal("<a b='1'c='2'/>", .notWellFormed, at: 8),
            .refusal("<a b='<'/>", .notWellFormed, at: 6),
            .refusal("<a b='&'/>", .notWellFormed, at: 6),
            .refusal("<a b='1' b='2'/>", .notWellFormed, at: 9),
            .refusal("<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>", .notWellFormed, at: 35),
            .refusal("<a xmlns:p='u&amp;' xmlns:q='u&#38;' p:b='1' q:b='2'/>", .notWellFormed, at: 45),
            .refusal("<a xmlns='u' xmlns='u'/>", .notWellFormed, at: 13),
            .refusal("<a xmlns:p='u' xmlns:p='v'/>", .notWellFormed, at: 15),
            .refusal("<a>]]></a>", .notWellFormed, at: 3),
            .refusal("<a>]]]]></a>", .notWellFormed, at: 5),
            .refusal("<a>&</a>", .notWellFormed, at: 3),
            .refusal("<a>&;</a>", .notWellFormed, at: 3),
            .refusal("<a>& </a>", .notWellFormed, at: 3),
            .refusal("<a>&#;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#x;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#X41;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#4a;</a>", .notWellFormed, at: 3),
            .refusal("<a>&1;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#0;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#x1F;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#xD800;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#xFFFE;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#x110000;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#99999999999999999999;</a>", .notWellFormed, at: 3),
            .refusal("<a>&#000000000000000000000000000000000000065;</a>", .notWellFormed, at: 3),
            .refusal("<a>\u{0}</a>", .notWellFormed, at: 3),
            .refusal("<a>ab\u{1F}</a>", .notWellFormed, at: 5),
            .refusal("<a b='12345678\u{1}'/>", .notWellFormed, at: 14),
            .refusal("<a><![CDATA[\u{B}]]></a>", .notWellFormed, at: 12),
            .refusal("<a>\u{FFFE}</a>", .notWellFormed, at: 3),
            .refusal("<a b='\u{FFFF}'/>", .notWellFormed, at: 6),
            .refusal("<a><![CDAT[x]]></a>", .notWellFormed, at: 3),
            .refusal("<a><![cdata[x]]></a>", .notWellFormed, at: 3)
        ] as [StreamFixture])
    func `what is not well-formed`(fixture: StreamFixture) { check(fixture) }

    @Test(
        arguments: [
            .refusal("<p:a/>", .badNamespacePrefix, at: 1),
            .refusal("<a p:b=''/>", .badNamespacePrefix, at: 3),
            .refusal("<a><b xmlns:p='u'/><p:c/></a>", .badNamespacePrefix, at: 20),
            .refusal("<Stream:a/>", .badNamespacePrefix, at: 1),
            .refusal("<xmlns:a/>", .badNamespacePrefix, at: 1),
            .refusal("<a xmlns:xmlns='u'/>", .badNamespacePrefix, at: 3),
            .refusal("<a xmlns:p=''/>", .invalidNamespace, at: 3),
            .refusal("<a xmlns:xml='u'/>", .invalidNamespace, at: 3),
            .refusal("<a xmlns:p='http://www.w3.org/XML/1998/namespace'/>", .invalidNamespace, at: 3),
            .refusal("<a xmlns='http://www.w3.org/XML/1998/n&#x61;mespace'/>", .invalidNamespace, at: 3),
            .refusal("<a xmlns='http://www.w3.org/2000/xmlns/'/>", .invalidNamespace, at: 3),
            .refusal("<a xmlns:p='http://www.w3.org/2000/xmlns/'/>", .invalidNamespace, at: 3),
            .failure("<s:stream>", .badNamespacePrefix, at: 1)
        ] as [StreamFixture])
    func `what breaks the rules of namespaces`(fixture: StreamFixture) { check(fixture) }

    @Test(
        arguments: [
            .refusal([0x3C, 0x61, 0x3E, 0x80], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x3E, 0xC0, 0x80], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x3E, 0xC3, 0x3C], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x3E, 0xE0, 0x80, 0x80], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x3E, 0xED, 0xA0, 0x80], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x3E, 0xF0, 0x80, 0x80, 0x80], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x3E, 0xF4, 0x90, 0x80, 0x80], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x3E, 0xF5], .invalidUTF8, at: 3),
            .refusal([0x3C, 0x61, 0x20, 0x62, 0x3D, 0x27, 0xFF], .invalidUTF8, at: 6),
            .refusal([0x3C, 0xC1], .invalidUTF8, at: 1),
            .refusal(Array("<a><![CDATA[".utf8) + [0xE2, 0x28], .invalidUTF8, at: 12)
        ] as [StreamFixture])
    func `what is not UTF-8`(fixture: StreamFixture) { check(fixture) }

    private func check(_ fixture: StreamFixture, sourceLocation: SourceLocation = #_sourceLocation) {
        for outcome in fixture.outcomes() where !fixture.isMet(by: outcome) {
            Issue.record("\(fixture.testDescription) gave\n\(outcome)", sourceLocation: sourceLocation)
            return
        }
    }
}
