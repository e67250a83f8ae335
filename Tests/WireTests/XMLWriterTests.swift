import Testing

@testable import Wire

private let message = QName("jabber:client", "message")
private let body = QName("jabber:client", "body")
private let streams: StaticString = "http://etherx.jabber.org/streams"

private func write(_ defaultNamespace: StaticString = "jabber:client", _ body: (inout XMLWriter) -> Void) -> String {
    var writer = XMLWriter(defaultNamespace: defaultNamespace)
    body(&writer)
    return String(decoding: writer.finish(), as: UTF8.self)
}

@Test func `xmlns is written only where the default namespace changes`() {
    let text = write {
        $0.element(message) {
            $0.attribute("to", "romeo@example.net")
            $0.element(body, text: "hi")
            $0.element(QName("urn:xmpp:receipts", "request"))
            $0.element(QName("urn:xmpp:forward:0", "forwarded")) {
                $0.element(QName("urn:xmpp:delay", "delay"))
                $0.element(QName("urn:xmpp:forward:0", "more"))
                $0.element(QName("", "none"))
            }
        }
    }
    #expect(
        text == """
            <message to='romeo@example.net'><body>hi</body><request xmlns='urn:xmpp:receipts'/>\
            <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay'/><more/><none xmlns=''/></forwarded></message>
            """)
}

@Test func `elements of the prefixed namespace take the prefix`() {
    var writer = XMLWriter(defaultNamespace: "jabber:client", prefix: "stream", for: streams)
    writer.element(QName(streams, "features")) { $0.element(QName("urn:ietf:params:xml:ns:xmpp-tls", "starttls")) }
    #expect(
        String(decoding: writer.finish(), as: UTF8.self)
            == "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>")
}

@Test(arguments: [
    ("a&b<c>d", "a&amp;b&lt;c&gt;d"),
    ("]]>", "]]&gt;"),
    ("'\"", "'\""),
    ("line\r\n\tend\r", "line&#13;\n\tend&#13;"),
    ("\u{0}\u{1}\u{8}\u{1F}", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    ("\u{FFFE}\u{FFFF}\u{FEFF}", "\u{FFFD}\u{FFFD}\u{FEFF}"),
    ("שלום 👋🏽 e\u{301}", "שלום 👋🏽 e\u{301}"),
    ("", "")
])
func `text is escaped`(value: String, expected: String) {
    let written = write { $0.element(body, text: value) }
    #expect(Array(written.utf8) == Array((expected.isEmpty ? "<body/>" : "<body>\(expected)</body>").utf8))
}

@Test(arguments: [
    ("a&b<c>d", "a&amp;b&lt;c&gt;d"), ("'\"", "&apos;&quot;"), ("\r\n\t", "&#13;&#10;&#9;"), ("\u{0}", "\u{FFFD}")
])
func `attribute values are escaped`(value: String, expected: String) {
    let written = write {
        $0.start(body)
        $0.attribute("a", value)
        $0.end()
    }
    #expect(Array(written.utf8) == Array("<body a='\(expected)'/>".utf8))
}

@Test func `names known at run time can't break out`() {
    #expect(write("") { $0.start(namespace: "a'b", local: "x y><1") } == "<x_y__1 xmlns='a&apos;b'/>")
    #expect(write("") { $0.start(namespace: "", local: "1") } == "<_/>")
    #expect(write("") { $0.start(namespace: "", local: "") } == "<_/>")
    #expect(write("u") { $0.start(namespace: "u", local: "é:è") } == "<é_è/>")
    // Found by fuzzing.
    #expect(write("u") { $0.start(namespace: "http://www.w3.org/XML/1998/namespace", local: "x") } == "<xml:x/>")
}

@Test func `finish ends what is open and leaves the writer as new`() {
    var writer = XMLWriter(defaultNamespace: "jabber:client")
    writer.start(message)
    writer.start(QName("u", "x"))
    writer.attribute("n", -7)
    writer.attribute("absent", ifPresent: nil)
    #expect(String(decoding: writer.finish(), as: UTF8.self) == "<message><x xmlns='u' n='-7'/></message>")
    writer.element(message) { $0.raw(Array("<x/>".utf8)) }
    #expect(writer.defaultNamespace == "jabber:client")
    #expect(String(decoding: writer.finish(), as: UTF8.self) == "<message><x/></message>")
}

@Test func `what is written is read back`() throws {
    let nasty = "\u{9}\n\r<&>'\"]]>\u{FEFF}\u{10FFFF}é"
    var writer = XMLWriter()
    writer.element(QName("u", "x")) {
        $0.attribute("a", nasty)
        $0.text(nasty)
        $0.element(QName("v", "y"))
        $0.text(nasty)
    }
    let element = try Element(parsing: writer.finish())
    #expect(element["a"] == nasty)
    #expect(element.text == nasty + nasty)
    #expect(element.first(QName("v", "y")) != nil)
}
