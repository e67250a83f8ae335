import Glibc
import Testing

@testable import Wire

@Suite struct XMLLimitTests {
    private static let small = XMLLimits(stanzaBytes: 256, depth: 3, attributes: 3, nameBytes: 8, namespaces: 2)

    /// A stanza under those limits: its canonical form, or the error and its offset in the stanza.
    @Test(
        arguments: [
            ("<a><b><c/></b><b><c/></b></a>", "{u}a({u}b({u}c()){u}b({u}c()))", nil, 0),
            ("<a><b><c><d/></c></b></a>", "", .tooDeep, 9),
            ("<a b='' c='' d=''/>", "{u}a[{}b='' {}c='' {}d='']()", nil, 0),
            ("<a b='' c='' d='' e=''/>", "", .tooManyAttributes, 18),
            ("<a23456789/>", "", .nameTooLong, 1),
            ("<a2345678/>", "{u}a2345678()", nil, 0),
            ("<a é2345678='1'/>", "", .nameTooLong, 3),
            ("<a é234567='1'/>", "{u}a[{}é234567='1']()", nil, 0),
            ("<a:b234567/>", "", .nameTooLong, 1),
            ("<a2345678" + String(repeating: "9", count: 1000), "", .nameTooLong, 1),
            // Found by fuzzing: the limit ends a name before what comes after it is looked at, in ASCII too.
            ("<a23456789\u{1}", "", .nameTooLong, 1),
            // Declarations count while they are in scope.
            ("<a xmlns='v'><b xmlns='w'/><b xmlns='w'/></a>", "{v}a({w}b(){w}b())", nil, 0),
            ("<a xmlns='u' xmlns:p='u'><b xmlns='u'/></a>", "", .tooManyNamespaces, 28)
        ] as [(String, String, XMLError.Code?, Int)])
    func `limits`(stanza: String, form: String, code: XMLError.Code?, offset: Int) {
        let text = Self.shortHeader + stanza
        let opened = "open {u}s {u} - - - - -"
        let fixture =
            code.map {
                StreamFixture.failure(
                    text, $0, at: Self.shortHeader.utf8.count + offset, after: [opened], limits: Self.small)
            } ?? .success(text, [opened, form], limits: Self.small)
        for outcome in fixture.outcomes() { #expect(fixture.isMet(by: outcome), "\(outcome)") }
    }

    @Test(arguments: ["<s a='", "<s", "<s a"])
    func `a stream header is limited like a stanza`(start: String) {
        let text = start + String(repeating: " ", count: 300)
        let fixture = StreamFixture.failure(text, .tooLarge, at: 256, limits: Self.small)
        for outcome in fixture.outcomes() { #expect(fixture.isMet(by: outcome), "\(outcome)") }
    }

    private static let shortHeader = "<s xmlns='u'>"

    @Test(arguments: [
        ("<a>", "</a>"), ("<a b='", "'/>"), ("<a", "/>"), ("<a><![CDATA[", "]]></a>"), ("<a></a", ">"),
        ("<a b", "=''/>")
    ])
    func `a stanza may be as long as the limit and no longer`(prefix: String, suffix: String) {
        let filling = 256 - prefix.utf8.count - suffix.utf8.count
        for (extra, isAllowed) in [(0, true), (1, false), (100, false)] {
            let stanza = prefix + String(repeating: " ", count: filling + extra) + suffix
            let fixture = StreamFixture.failure(
                Self.shortHeader + stanza, .tooLarge, at: Self.shortHeader.utf8.count + 256, limits: Self.small)
            for outcome in fixture.outcomes() {
                #expect(outcome.error == (isAllowed ? nil : fixture.error), "\(outcome)")
                #expect(outcome.events.count == (isAllowed ? 2 : 1))
            }
        }
    }

    @Test func `white space between stanzas is free`() throws {
        var parser = XMLStreamParser(limits: Self.small)
        parser.feed(Array(Self.shortHeader.utf8))
        #expect(try parser.next() != nil)
        for _ in 0..<100 {
            parser.feed([UInt8](repeating: 0x20, count: 1000))
            #expect(try parser.next() == nil)
            #expect(parser.bufferedByteCount == 0)
        }
        parser.feed(Array("<a/>".utf8))
        #expect(try parser.next() != nil)
    }

    @Test func `limits may be raised on the way`() throws {
        var parser = XMLStreamParser(limits: Self.small)
        let stanza = Array(("<a>" + String(repeating: "x", count: 1000) + "</a>").utf8)
        parser.feed(Array(Self.shortHeader.utf8))
        #expect(try parser.next() != nil)
        parser.limits = .clientDefault
        parser.feed(stanza)
        #expect(try parser.next() != nil)
        parser.limits = Self.small
        parser.feed(stanza)
        #expect(throws: XMLError(.tooLarge, at: Self.shortHeader.utf8.count + stanza.count + 256)) { try parser.next() }
    }

    @Test func `an error is final and frees what was held`() {
        var parser = XMLStreamParser()
        parser.feed(Array("<a><b></c>".utf8))
        #expect(throws: Never.self) { try parser.next() }
        for _ in 0..<3 {
            #expect(throws: XMLError(.notWellFormed, at: 6)) { try parser.next() }
            parser.feed(Array("<more/>".utf8))
            #expect(parser.bufferedByteCount == 0)
        }
    }

    @Test func `a large stanza dribbles in at linear cost`() throws {
        let limits = XMLLimits(stanzaBytes: 64 * 1024)
        for (prefix, filling, suffix) in [
            ("<a>", "x", "</a>"), ("<a>", "é", "</a>"), ("<a b='", "&amp;", "'/>"), ("<a><![CDATA[", "]", "]]></a>"),
            ("<a>", "<b/>", "</a>"), ("<a", " ", "/>")
        ] {
            let count = (limits.stanzaBytes - prefix.utf8.count - suffix.utf8.count) / filling.utf8.count
            let stanza = Array((prefix + String(repeating: filling, count: count) + suffix).utf8)
            var parser = XMLStreamParser(limits: limits)
            parser.feed(Array(Self.shortHeader.utf8))
            #expect(try parser.next() != nil)
            let start = processorSeconds()
            for byte in stanza.dropLast() {
                parser.feed([byte])
                let event = try parser.next()
                if event != nil { Issue.record("an event too soon") }
            }
            // Looking at everything again each time would take minutes.
            #expect(processorSeconds() - start < 20)
            parser.feed(Array(stanza.suffix(1)))
            guard case .element(let element) = try parser.next() else {
                Issue.record("no element")
                continue
            }
            #expect(element.storage.bytes == stanza)
        }
    }
}

/// What this thread has used of a processor, whatever else the machine was doing.
private func processorSeconds() -> Int {
    var spent = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &spent)
    return spent.tv_sec
}
