import Foundation
import Proof
import SMPP
import Wire
import XMPP

@testable import Consent

/// Inputs to begin with, from the rooms' own writers and from small grammars. `script/fuzz --corpus` keeps of them what covers something
/// that nothing smaller covers.
enum Seeds {
    static func documents() -> [[UInt8]] {
        (0..<200).flatMap { seed in
            var generator = RandomDocument(seed: UInt64(seed))
            let document = generator.wellFormed()
            return [document, generator.damaged(document)]
        }
    }

    static func streams() -> [[UInt8]] {
        documents().enumerated().map { index, document in
            let header = Array(
                "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>".utf8)
            return [UInt8(truncatingIfNeeded: index)] + (index.isMultiple(of: 3) ? header : []) + document
        }
    }

    static func timestamps() -> [[UInt8]] {
        let texts = [
            "2026-05-01T09:30:00.250Z", "2000-02-29T23:59:60Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z",
            "1969-07-21T02:56:15+14:00", "2100-02-29T00:00:00Z"
        ]
        return texts.map { Array($0.utf8) } + operations()
    }

    static func addresses() -> [[UInt8]] {
        [
            "juliet@capulet.example/balcony", "d'artagnan@musketeers.example", #"d\27artagnan@musketeers.example"#,
            #"space\20cadet@c.example/a b"#, #"call\3ame\5c20@c.example"#, "+491701234567@c.example",
            "\u{FF0B}\u{FF11}23@c.example",
            "ﬀ@ﬀ.example", "Σίσυφος@c.example/ﬁ", "a@[::1]", "a@[2001:db8::192.0.2.1]/r", "a@192.0.2.1",
            "ü@bücher.example",
            "a@xn--bcher-kva.example", "\u{0627}\u{0628}@\u{0627}.example", "a\u{0308}@c.example", "K@c.example",
            "a@b./c@d/e", "a·l@c.l·l"
        ].map { Array($0.utf8) }
    }

    /// Conversations: a first message, an answer, a proof; then with something else in between.
    static func authentications() -> [[UInt8]] {
        (0..<3).flatMap { mechanism -> [[UInt8]] in
            let first: [UInt8] = [UInt8(mechanism), 1, 1, 1, 1, 1]
            return [
                first + [2, 6, 3], first + [2, 5], first + [4, 6, 3], first + [2, 7, 3, 10, 0, 1],
                first + [2, 6, 0, 3, 97, 98, 99],
                [UInt8(mechanism), 1, 0, 3, 97, 44, 98, 1, 1, 0, 2, 44, 109, 2, 6, 3],
                [UInt8(mechanism), 0, 5, 110, 44, 44, 110, 61]
            ]
        }
    }

    /// Operations for the machines: whatever a generator says.
    static func operations() -> [[UInt8]] {
        (0..<40).map { seed in
            var random = SeededRandom(UInt64(seed))
            return (0..<(8 << (seed % 5))).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
    }

    private static let form =
        "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:mam:2</value></field>"

    static func queries() -> [[UInt8]] {
        [
            "<query xmlns='urn:xmpp:mam:2' queryid='q1'>\(form)<field var='with'><value>romeo@montague.example</value></field>"
                + "<field var='start'><value>2026-05-01T09:30:00Z</value></field></x><set xmlns='http://jabber.org/protocol/rsm'>"
                + "<max>10</max><after>0000000000000001</after></set></query>",
            "<query xmlns='urn:xmpp:mam:2'>\(form)<field var='ids' type='list-multi'><value>1</value><value>2</value></field>"
                + "<field var='end'><value>2026-05-01T09:30:00.250+02:00</value></field></x><flip-page/></query>",
            "<query xmlns='urn:xmpp:mam:2'>\(form)<field var='after-id'><value>1</value></field><field var='before-id'><value>2</value>"
                + "</field><field var='include-groupchat'><value>true</value></field></x></query>",
            "<x xmlns='jabber:x:data' type='form'><title>T</title><instructions>I</instructions><field type='fixed'><value>a</value>"
                + "</field><field var='v' type='boolean' label='L'><required/><value>1</value></field></x>",
            "<set xmlns='http://jabber.org/protocol/rsm'><before/></set>",
            "<set xmlns='http://jabber.org/protocol/rsm'><max>0</max></set>",
            "<set xmlns='http://jabber.org/protocol/rsm'><index>3</index></set>",
            "<prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>romeo@montague.example</jid></always><never><jid>a</jid></never>"
                + "</prefs>",
            "<m>a&#13;b\n<n xmlns='x'/></m>"
        ].map { Array($0.utf8) }
    }

    static func stanzas() -> [[UInt8]] {
        [
            "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@b.example' name='n'><group>g</group></item></query></iq>",
            "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@b.example' subscription='remove'/></query></iq>",
            "<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver=''/></iq>",
            "<iq type='set' id='1'><block xmlns='urn:xmpp:blocking'><item jid='a@b.example'/><item jid='c.example'/></block></iq>",
            "<iq type='set' id='1'><unblock xmlns='urn:xmpp:blocking'/></iq>",
            "<iq type='set' id='1'><enable xmlns='urn:xmpp:carbons:2'/></iq>",
            "<iq type='set' id='1'><query xmlns='jabber:iq:private'><p xmlns='x:y'><q/></p></query></iq>",
            "<iq type='set' id='1'><vCard xmlns='vcard-temp'><FN>J</FN></vCard></iq>",
            "<iq type='get' id='1' to='capulet.example'><query xmlns='http://jabber.org/protocol/disco#info' node='n'/></iq>",
            "<iq type='get' id='1' to='romeo@montague.example/r'><ping xmlns='urn:xmpp:ping'/></iq>",
            "<presence><priority> 5\n</priority><show>away</show></presence>", "<presence type='unavailable'/>",
            "<presence type='subscribe' to='a@b.example'/>", "<presence to='a@b.example/c'/>",
            "<message to='a@b.example' type='chat' id='1'><body xml:lang='de'>hallo</body><body>hi</body>"
                + "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/></message>",
            "<message to='a@b.example'><received xmlns='urn:xmpp:receipts' id='1'/><no-store xmlns='urn:xmpp:hints'/></message>",
            "<message to='a@b.example' type='chat'><body>?OTRv3?</body><stanza-id xmlns='urn:xmpp:sid:0' id='1' "
                + "by='juliet@capulet.example'/><origin-id xmlns='urn:xmpp:sid:0' id='2'/></message>",
            "<message to='a@b.example'><x xmlns='http://jabber.org/protocol/muc#user'><invite/></x><displayed id='1' "
                + "xmlns='urn:xmpp:chat-markers:0'/></message>"
        ].map { Array($0.utf8) }
    }

    static func units() -> [[UInt8]] {
        let segment = ShortMessage(
            source: .none, destination: .none, content: Array("id:1 stat:DELIVRD err:000".utf8),
            esmClass: .deliveryReceipt,
            optional: OptionalParameters([TLV(.receiptedMessageID, [0x31, 0]), TLV(.messageState, [2])]))
        let bodies: [PDU.Body] = [
            .bind(Bind(mode: .transceiver, systemID: "e", password: "p")), .bindResponse(BindResponse(mode: .receiver)),
            .submitSM(segment), .submitSMResponse(MessageResponse(messageID: "1")), .deliverSM(segment),
            .deliverSMResponse(MessageResponse()),
            .alertNotification(AlertNotification(source: .none, destination: .none)),
            .enquireLink, .enquireLinkResponse, .unbind, .unbindResponse, .genericNack
        ]
        let units = bodies.enumerated().compactMap { try? PDU($1, sequence: UInt32($0 + 1)).encoded() }
        return units + [units.flatMap(\.self), Array(units.reversed().flatMap(\.self))]
    }

    static func identifiers() -> [[UInt8]] {
        [
            "<m id='imei=490154203237518'/>", "<m>urn:gsma:imei:49-015420-323751-8</m>", "<imsi>262011234567890</imsi>",
            "<m ICCID='8949020000012345678'/>", "<m>&#105;mei 490154203237518</m>", "<m>i<a/>mei 4901542</m>",
            "<m>ｉｍｅｉ 490154203</m>",
            "<m><![CDATA[i]]>msi 490154203</m>", "<m>+491701234567</m>", "<m>IMEISV: 4901542032375100</m>",
            "<m>im\u{200B}ei:123456</m>"
        ].map { Array($0.utf8) }
    }

    static func terms() -> [[UInt8]] {
        let shipped = TermsDocument.shipped.bytes
        guard let json = try? Wire.JSON(parsing: shipped), let sms = json["purposes"]?["sms"] else { return [shipped] }
        let one = Array("{\"purposes\":{\"sms\":".utf8) + sms.canonical + Array("}}".utf8)
        return [one, Array("{\"purposes\":{}}".utf8)]
    }

    static func edges() -> [[UInt8]] {
        [
            "60", "0.2", "86400.000", "[::1]:5222", "localhost:80", "12", "0.0375", "/", "/terms/3.json",
            "/export/ABCDEFGHIJKLMNOPQRSTUV",
            "/log/eu-1/1/checkpoint", "/log/eu-1/1/policy", "/log/eu-1/12/tile/0/x001/234.p/17",
            "/log/eu-1/1/tile/entries/067",
            "SCRAM-SHA-1$4096:AQIDBAUGBwg=$AAAAAAAAAAAAAAAAAAAAAAAAAAA=:AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "STOP!",
            "“Стоп”", "turn on sms",
            "please switch on texting for +49 170 1234567", "off history", "code 123 456", "leave now",
            "delete my account", "stay",
            "no sms", "what do you know about me?", "receipt 3", "who used my number", "off sms fallback",
            "can you turn on backup files?"
        ].map { Array($0.utf8) }
    }

    /// Writes a target's seeds as files of a folder.
    static func write(_ inputs: [[UInt8]], to folder: String) throws {
        for (number, input) in inputs.enumerated() {
            try Data(input).write(to: URL(filePath: folder).appending(path: "seed-\(number)"))
        }
    }
}
