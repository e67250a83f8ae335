import Testing
import Wire

@testable import XMPP

@Suite struct ServiceTests {
    @Test func `the version doesn't tell the system`() {
        #expect(
            written(SoftwareVersion(version: "1.0").write)
                == "<query xmlns='jabber:iq:version'><name>Hoopoe</name><version>1.0</version></query>")
    }

    @Test func `the time is told in UTC`() {
        #expect(
            written { EntityTime.write(now: Timestamp(milliseconds: 1000), into: &$0) }
                == "<time xmlns='urn:xmpp:time'><tzo>+00:00</tzo><utc>1970-01-01T00:00:01Z</utc></time>")
    }

    @Test func `a ping of the server's is an IQ get`() throws {
        let bytes = Ping.bytes(id: "p1", from: try address("b.c"), to: try address("a@b.c/d"))
        let ping = try stanza(text(bytes))
        #expect(ping.kind == .iq && ping.type == .get && ping.id == "p1")
        #expect(ping.payload?.matches(.init("urn:xmpp:ping", "ping")) == true)
    }
}
