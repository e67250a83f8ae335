import Testing

@testable import Gauge

@Suite struct StanzaCutterTests {
    static let stamp = Stamp(run: 0xDEAD_BEEF, sender: 0xA0, number: 7, time: 0x1234_5678_9ABC)
    static let transcript =
        "<message from='u1@x/y' id=\"q\"><body>\(String(decoding: stamp.bytes, as: UTF8.self)) a <![CDATA[b]]></body>"
        + "<r xmlns='urn:example'/></message> <r xmlns='urn:xmpp:sm:3'/><r/>\n<a xmlns='urn:xmpp:sm:3' h='42'/>"
        + "<a h=\"7\" xmlns='urn:xmpp:sm:3'></a><presence/><iq id='1'><ping xmlns='urn:xmpp:ping'/></iq>"
        + "<enabled xmlns='urn:xmpp:sm:3'/><stream:error><x/></stream:error></stream:stream>"
    static let kinds: [StanzaCutter.Kind] = [
        .message, .request, .request, .answer(42), .answer(7), .presence, .iq, .other, .end, .end
    ]

    private func next(in bytes: [UInt8], from start: Int) -> StanzaCutter.Cut {
        unsafe StanzaCutter.next(in: bytes.span.bytes, from: start)
    }

    private func cut(_ portions: [[UInt8]]) -> [StanzaCutter.Kind] {
        var pending: [UInt8] = []
        var kinds: [StanzaCutter.Kind] = []
        for portion in portions {
            pending += portion
            var start = 0
            while case .element(let kind, let range) = next(in: pending, from: start) {
                kinds.append(kind)
                start = range.upperBound
            }
            if case .unfinished(let from) = next(in: pending, from: start) { pending.removeFirst(from) }
        }
        #expect(pending.isEmpty)
        return kinds
    }

    @Test func `wherever the bytes are cut, the elements are the same`() {
        let bytes = Array(Self.transcript.utf8)
        #expect(cut([bytes]) == Self.kinds)
        #expect(cut(bytes.map { [$0] }) == Self.kinds)
        for index in bytes.indices { #expect(cut([Array(bytes[..<index]), Array(bytes[index...])]) == Self.kinds) }
    }

    @Test func `a stamp is read back`() {
        func stamp(in text: String) -> Stamp? {
            let bytes = Array(text.utf8)
            return unsafe Stamp(in: bytes.span.bytes)
        }
        #expect(stamp(in: Self.transcript) == Self.stamp)
        #expect(stamp(in: "<body>~0000</body>") == nil)
        #expect(stamp(in: "<body/>") == nil)
    }
}
