import Testing

@testable import XMPP

@Suite struct DataFormTests {
    static func form(_ xml: String) throws -> DataForm {
        try DataForm(parsing: element(xml))
    }

    @Test func `reads what was filled in`() throws {
        let form = try Self.form(
            """
            <x xmlns='jabber:x:data' type='submit'>
              <field var='FORM_TYPE' type='hidden'><value>urn:x</value></field>
              <field var='one'><value>a &lt; b</value></field>
              <field var='many' type='list-multi'><value>1</value><value>2</value></field>
              <field var='none' type='of-the-future'/>
              <field type='fixed'><value>Read this</value></field>
              <field type='fixed'><value>And this</value></field>
              <reported/></x>
            """)
        #expect(form.kind == .submit)
        #expect(form.formType == "urn:x")
        #expect(form.values(of: "one") == ["a < b"])
        #expect(form.values(of: "many") == ["1", "2"])
        #expect(form.values(of: "none") == [])
        #expect(form.values(of: "absent") == nil)
        #expect(form.fields.map(\.kind) == [.hidden, nil, .listMulti, .textSingle, .fixed, .fixed])
    }

    @Test func `survives a round trip`() throws {
        var list = DataForm.Field("list", .listMulti, ["a", "b"], label: "Many & more")
        list.isRequired = true
        var form = DataForm(.form, formType: "urn:x", fields: [list, DataForm.Field("flag", .boolean, ["true"])])
        form.title = "A title"
        form.instructions = "Fill it in"
        #expect(try DataForm(parsing: reread(form.write)) == form)
    }

    @Test func `an open list says so`() {
        var ids = DataForm.Field("ids", .listMulti)
        ids.isOpen = true
        #expect(
            written(DataForm(.form, fields: [ids]).write)
                == "<x xmlns='jabber:x:data' type='form'><field var='ids' type='list-multi'>"
                + "<validate xmlns='http://jabber.org/protocol/xdata-validate' datatype='xs:string'><open/></validate>"
                + "</field></x>")
    }

    static let crowd = (0...DataForm.maximumFields).map { "<field var='\($0)'/>" }.joined()
    static let values = String(repeating: "<value>v</value>", count: DataForm.maximumFields + 1)

    @Test(arguments: [
        "<x xmlns='jabber:x:data'/>", "<x xmlns='jabber:x:data' type='answer'/>", "<x xmlns='urn:x' type='submit'/>",
        "<x xmlns='jabber:x:data' type='submit'><field/></x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='a'/><field var='a'/></x>",
        "<x xmlns='jabber:x:data' type='submit'>\(crowd)</x>",
        "<x xmlns='jabber:x:data' type='submit'><field var='a'>\(values)</field></x>"
    ])
    func `refuses`(_ xml: String) {
        #expect(refusal { _ = try Self.form(xml) } == .badRequest)
    }
}
