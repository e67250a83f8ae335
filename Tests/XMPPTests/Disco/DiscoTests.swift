import Testing

@testable import XMPP

@Suite struct DiscoTests {
    @Test func `writes identities, features and forms`() {
        let info = DiscoInfo(
            identities: [DiscoInfo.Identity(category: "server", type: "im", name: "A & B")],
            features: ["urn:a", "urn:b"],
            forms: [DataForm(.result, formType: "urn:f", fields: [])])
        #expect(
            written { info.write(node: "n#1", into: &$0) }
                == "<query xmlns='http://jabber.org/protocol/disco#info' node='n#1'>"
                + "<identity category='server' type='im' name='A &amp; B'/><feature var='urn:a'/><feature var='urn:b'/>"
                + "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>urn:f</value>"
                + "</field></x></query>")
    }

    @Test func `writes items`() throws {
        let items = DiscoItems([.init(try address("upload.b.c"), name: "Files"), .init(try address("x.b.c"))])
        #expect(
            written { items.write(into: &$0) }
                == "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='upload.b.c' name='Files'/>"
                + "<item jid='x.b.c'/></query>")
        #expect(
            written { DiscoItems().write(node: "n", into: &$0) }
                == "<query xmlns='http://jabber.org/protocol/disco#items' node='n'/>")
    }

    /// The two hashes that XEP-0115 §5.2 and §5.3 publish for their examples.
    @Test func `hashes as XEP-0115's examples do`() {
        let simple = DiscoInfo(
            identities: [.init(category: "client", type: "pc", name: "Exodus 0.9.1")],
            features: [
                "http://jabber.org/protocol/muc", "http://jabber.org/protocol/disco#items",
                "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/caps"
            ])
        #expect(simple.capabilitiesHash == "QgayPKawpkPSDYmwT/WM94uAlu0=")
        let form = DataForm(
            .result, formType: "urn:xmpp:dataforms:softwareinfo",
            fields: [
                DataForm.Field("software_version", nil, ["0.11"]), DataForm.Field("software", nil, ["Psi"]),
                DataForm.Field("os_version", nil, ["10.5.1"]), DataForm.Field("os", nil, ["Mac"]),
                DataForm.Field("ip_version", .textMulti, ["ipv6", "ipv4"])
            ])
        let complex = DiscoInfo(
            identities: [
                .init(category: "client", type: "pc", language: "en", name: "Psi 0.11"),
                .init(category: "client", type: "pc", language: "el", name: "Ψ 0.11")
            ],
            features: simple.features, forms: [form])
        #expect(complex.capabilitiesHash == "q07IKJEyjvHSyhy//CH0CxmKi8w=")
    }

    @Test func `the server's capabilities name its own answer`() {
        let info = DiscoInfo.server()
        #expect(
            text(info.capabilities)
                == "<c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:hoopoe:server' "
                + "ver='\(info.capabilitiesHash)'/>")
        #expect(info.capabilitiesNode == "urn:hoopoe:server#" + info.capabilitiesHash)
        #expect(info.answers(node: nil) && info.answers(node: info.capabilitiesNode))
        #expect(!info.answers(node: "urn:hoopoe:server#old") && !info.answers(node: ""))
        let other = DiscoInfo.server(contacts: ContactAddresses([.abuse: ["mailto:abuse@example.org"]]))
        #expect(other.capabilitiesHash != info.capabilitiesHash)
    }

    @Test func `what is answered comes from the table`() {
        let server = DiscoInfo.server().features
        let account = DiscoInfo.account.features
        #expect(server == server.sorted() && Set(server).count == server.count)
        #expect(account == account.sorted() && Set(account).count == account.count)
        for name in [
            "http://jabber.org/protocol/disco#info", "urn:xmpp:carbons:2", "urn:xmpp:blocking", "urn:xmpp:ping",
            "jabber:iq:roster", "vcard-temp"
        ] {
            #expect(server.contains(name))
        }
        for name in ["urn:xmpp:mam:2", "urn:xmpp:mam:2#extended", "urn:xmpp:sid:0"] {
            #expect(account.contains(name))
            #expect(!server.contains(name))
        }
        #expect(DiscoInfo.account.identities == [.init(category: "account", type: "registered")])
    }

    @Test func `the table is well formed`() {
        let specifications = Feature.all.map(\.specification)
        #expect(Set(specifications).count == specifications.count)
        for feature in Feature.all {
            #expect(feature.variables.isEmpty == feature.scope.isEmpty, "\(feature.specification)")
            #expect(!feature.note.contains("|") && feature.note.hasSuffix("."), "\(feature.specification)")
        }
    }

    @Test func `contact addresses make a form, if there are any`() throws {
        #expect(ContactAddresses().form == nil)
        #expect(ContactAddresses([.admin: []]).form == nil)
        let form = try #require(
            ContactAddresses([.support: ["xmpp:help@b.c"], .abuse: ["mailto:a@b.c", "xmpp:a@b.c"]]).form)
        #expect(form.formType == "http://jabber.org/network/serverinfo")
        #expect(form.fields.map(\.name) == ["FORM_TYPE", "abuse-addresses", "support-addresses"])
        #expect(form.values(of: "abuse-addresses") == ["mailto:a@b.c", "xmpp:a@b.c"])
    }
}
