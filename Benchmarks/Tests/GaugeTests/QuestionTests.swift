import Testing

@testable import Gauge

@Suite struct QuestionTests {
    private func question(_ text: String) -> Question? {
        let bytes = Array(text.utf8)
        return unsafe Question(in: bytes.span.bytes)
    }

    private func answer(_ text: String) -> String? {
        question(text).map { String(decoding: $0.answer, as: UTF8.self) }
    }

    @Test func `a client says what it is, with the same id, to who asked`() {
        let asked = "<iq type='get' id='a-1' from='x'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
        let said = answer(asked)
        #expect(
            said?.hasPrefix("<iq type='result' id='a-1' to='x'><query xmlns='http://jabber.org/protocol/disco#info'>")
                == true)
    }

    @Test func `attributes come in any order and in either kind of quotation marks`() {
        let asked = #"<iq from="o'x" myid='no' id="it's" type="set"><other id='2'/></iq>"#
        #expect(answer(asked)?.hasPrefix(#"<iq type='error' id="it's" to="o'x"><error type='cancel'>"#) == true)
    }

    @Test(arguments: [
        "<iq type='result' id='1'/>", "<iq type='error' id='1'/>", "<iq id='1'/>", "<iq type='get'/>", "<iq type='get",
        "<iq id='1'><query type='get'/></iq>", "<iq type='get' id='1/>", ""
    ])
    func `what asks nothing isn't answered`(text: String) {
        #expect(question(text) == nil)
    }
}
