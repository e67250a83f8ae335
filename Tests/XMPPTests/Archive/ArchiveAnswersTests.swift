import Testing
import Wire

@testable import XMPP

@Suite struct ArchiveAnswersTests {
    @Test func `the form has every field that a query may have`() throws {
        let query = try reread(Archive.writeForm)
        let form = try DataForm(parsing: #require(query.first(DataForm.name)))
        #expect(form.kind == .form)
        #expect(form.formType == "urn:xmpp:mam:2")
        let names = form.fields.map(\.name)
        #expect(
            names == ["FORM_TYPE", "with", "start", "end", "before-id", "after-id", "ids", "include-groupchat"])
        #expect(!form.fields.contains { $0.isRequired })
    }

    @Test func `a result wraps the kept bytes`() throws {
        let kept = "<message from='a@b.c/d' to='e@f.g' id='m1'><body>Hi  there</body></message>"
        let result = ArchiveResult(id: "id-1", received: Timestamp(milliseconds: 250), message: Array(kept.utf8))
        let owner = try address("e@f.g")
        let bytes = text(result.bytes(queryID: "q1", owner: owner, to: try address("e@f.g/desk")))
        #expect(
            bytes
                == "<message from='e@f.g' to='e@f.g/desk'><result xmlns='urn:xmpp:mam:2' queryid='q1' id='id-1'>"
                + "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='1970-01-01T00:00:00.250Z'/>"
                + "<message xmlns='jabber:client' from='a@b.c/d' to='e@f.g' id='m1'><body>Hi  there</body></message>"
                + "</forwarded></result></message>")
        #expect(!text(result.bytes(queryID: nil, owner: owner, to: owner)).contains("queryid"))
    }

    @Test func `the end tells whether there is more`() {
        let page = ResultSet(first: "a", last: "c", count: 3)
        #expect(
            written(ArchiveFinish(isComplete: true, page: page).write)
                == "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>"
                + "<first>a</first><last>c</last><count>3</count></set></fin>")
        #expect(
            written(ArchiveFinish(isComplete: false, page: ResultSet()).write)
                == "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'/></fin>")
    }

    @Test func `metadata names both ends, or none`() {
        let first = ArchiveMetadata.End(id: "a", received: Timestamp(milliseconds: 0))
        let last = ArchiveMetadata.End(id: "z", received: Timestamp(milliseconds: 1000))
        #expect(
            written(ArchiveMetadata.spanning(first: first, last: last).write)
                == "<metadata xmlns='urn:xmpp:mam:2'><start id='a' timestamp='1970-01-01T00:00:00Z'/>"
                + "<end id='z' timestamp='1970-01-01T00:00:01Z'/></metadata>")
        #expect(written(ArchiveMetadata.empty.write) == "<metadata xmlns='urn:xmpp:mam:2'/>")
    }

    @Test func `preferences survive a round trip`() throws {
        let preferences = ArchivePreferences(
            .roster, always: [try address("a@b.c")], never: [try address("d@e.f"), try address("g.h")])
        #expect(try ArchivePreferences(parsing: reread(preferences.write)) == preferences)
        #expect(
            written(ArchivePreferences.fixed.write)
                == "<prefs xmlns='urn:xmpp:mam:2' default='always'><always/><never/></prefs>")
        let bare = try ArchivePreferences(parsing: element("<prefs xmlns='urn:xmpp:mam:2' default='never'/>"))
        #expect(bare == ArchivePreferences(.never))
    }

    static let crowd = (0...ArchivePreferences.maximumCount).map { "<jid>\($0)@b.c</jid>" }.joined()

    @Test(arguments: [
        ("<prefs xmlns='urn:xmpp:mam:2'/>", StanzaError.Condition.badRequest),
        ("<prefs xmlns='urn:xmpp:mam:2' default='sometimes'/>", .badRequest),
        ("<prefs xmlns='urn:x' default='always'/>", .badRequest),
        ("<prefs xmlns='urn:xmpp:mam:2' default='always'><never><jid>@</jid></never></prefs>", .jidMalformed),
        ("<prefs xmlns='urn:xmpp:mam:2' default='always'><always>\(crowd)</always></prefs>", .badRequest)
    ])
    func `refuses preferences`(xml: String, condition: StanzaError.Condition) {
        #expect(refusal { _ = try ArchivePreferences(parsing: element(xml)) } == condition)
    }
}
