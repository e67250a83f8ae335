import Testing
import Wire

@testable import XMPP

@Suite struct DelayTests {
    @Test func `a delay is written and read`() throws {
        let delay = Delay(Timestamp(milliseconds: 1500), from: try address("example.org"))
        #expect(
            written(delay.write)
                == "<delay xmlns='urn:xmpp:delay' from='example.org' stamp='1970-01-01T00:00:01.500Z'/>")
        #expect(Delay(try reread(delay.write)) == delay)
        #expect(Delay(try element("<delay xmlns='urn:xmpp:delay' stamp='yesterday'/>")) == nil)
        #expect(Delay(try element("<delay xmlns='urn:xmpp:delay'/>")) == nil)
    }
}
