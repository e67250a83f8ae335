import Consent
import Testing
import Wire

/// Which texts hold identifiers that nothing here takes, and which only look like it.
struct RefusedIdentifierTests {
    typealias Case = (text: String, named: RefusedIdentifier?, digits: RefusedIdentifier?, numbers: RefusedIdentifier?)

    @Test(
        arguments: [
            // By name, anywhere.
            ("urn:gsma:imei:35693803-564380-9", .imei, .imei, .imei),
            ("urn:gsma:imei:35693803-564380-0;svn=42", .imei, .imei, .imei),
            ("imei=356938035643809", .imei, .imei, .imei), ("IMEI: 35 693803 564380 9", .imei, .imei, .imei),
            ("IMEISV 3569380356438042", .imei, .imei, .imei),
            ("device\u{200B}IMEI#356938035643809", .imei, .imei, .imei),
            ("ｉｍｅｉ＝３５６９３８０３５６４３８０９", .imei, .imei, .imei), ("imei=٣٥٦٩٣٨٠٣٥٦٤٣٨٠٩", .imei, .imei, .imei),
            ("imsi:310150123456789", .imsi, .imsi, .imsi), ("{\"imsi\":\"262-01-1234567890\"}", .imsi, .imsi, .imsi),
            ("ICCID 8949 0200 0010 2634 567", .iccid, .iccid, .iccid),
            // By form.
            ("356938035643809", nil, .imei, .imei), ("Phone-356938035643809", nil, .imei, .imei),
            ("35-693803-564380-9", nil, .imei, .imei), ("2.0.1 356938035643809", nil, .imei, .imei),
            ("356938035643809@localhost", nil, .imei, .imei), ("(356938035643809)", nil, .imei, .imei),
            ("310150123456789", nil, .imsi, .imsi), ("262-01-1234567890", nil, .imsi, .imsi),
            ("001010123456789", nil, .imsi, .imsi),
            ("8949020000102634561", nil, .iccid, .iccid), ("8949 0200 0010 2634 561", nil, .iccid, .iccid),
            ("89490200001026345619", nil, .iccid, .iccid),
            // Phone numbers, where software has no business with them.
            ("+4917604069001", nil, nil, .phoneNumber), ("mobile +49 176 0406 9001", nil, nil, .phoneNumber),
            ("+310150123456789", nil, nil, .phoneNumber),
            ("Psi+1795381748123", nil, nil, nil), ("Psi+356938035643809", nil, .imei, .imei),
            // Names without a value, and words that look like names.
            ("urn:gsma:imei", nil, nil, nil), ("imei=unknown", nil, nil, nil), ("imei 12345", nil, nil, nil),
            ("timeissue 1234567", nil, nil, nil), ("the IMEI of my phone costs 1234567", nil, nil, nil),
            // Inventions: timestamps in ms, us and ns, counters, hashes, UUIDs, dates, addresses, versions.
            ("1795381748123", nil, nil, nil), ("1795381748123456", nil, nil, nil),
            ("1795381748123456789", nil, nil, nil),
            ("12345678901234", nil, nil, nil), ("4111111111111111", nil, nil, nil),
            ("a356938035643809", nil, nil, nil), ("356938035643809b", nil, nil, nil),
            ("ab310150123456789cd", nil, nil, nil),
            ("550e8400-e29b-41d4-a716-446655440000", nil, nil, nil),
            ("f47ac10b-5831-4372-9567-026215123456", nil, nil, nil), ("2026-11-22 21.09.08", nil, nil, nil),
            ("20261122-1630051", nil, nil, nil), ("2026-11-22T21:09:08.123456Z", nil, nil, nil),
            ("192.168.100.200", nil, nil, nil), ("Psi+ 1.5.2079 (2026-11-20)", nil, nil, nil), ("", nil, nil, nil),
            ("Conversations.aB3d", nil, nil, nil), ("gajim.4KXQ8Z2P", nil, nil, nil),
            ("356938035643808", nil, .imsi, .imsi), ("899999999999999", nil, nil, nil),
            ("8949020000102634560", nil, nil, nil), ("1234567890123456789012345", nil, nil, nil)
        ] as [Case])
    func texts(_ wanted: Case) {
        #expect(RefusedIdentifier.find(in: wanted.text, .named) == wanted.named)
        #expect(RefusedIdentifier.find(in: wanted.text, .digits) == wanted.digits)
        #expect(RefusedIdentifier.find(in: wanted.text, .numbers) == wanted.numbers)
        // Whatever stands around it, and whatever is quick to rule out.
        if wanted.named != nil { #expect(RefusedIdentifier.mayBeNamed(in: Array(wanted.text.utf8))) }
        #expect(RefusedIdentifier.find(in: "x, \(wanted.text), y", .digits) == wanted.digits)
    }

    @Test func aFieldsNameIsEnough() {
        for name in ["imei", "IMEI", "device-imei", "x_imeisv", "imei1"] {
            #expect(RefusedIdentifier.find(named: name, holding: "1234567") == .imei)
        }
        #expect(RefusedIdentifier.find(named: "IMSI", holding: "26201 1234567") == .imsi)
        #expect(RefusedIdentifier.find(named: "iccid", holding: "8949…1234") == .iccid)
        #expect(RefusedIdentifier.find(named: "imei", holding: "none") == nil)
        #expect(RefusedIdentifier.find(named: "id", holding: "356938035643809") == nil)
    }

    @Test func everyIMEIOfAnAllocationIsFoundByItsCheckDigit() {
        var found = 0
        for last in 0...9 where RefusedIdentifier.find(in: "01234567890123\(last)", .digits) == .imei { found += 1 }
        #expect(found == 1)
    }

    @Test func longTextsAreSearchedInLinearTime() {
        let digits = String(repeating: "1 ", count: 50_000) + String(repeating: "9", count: 50_000)
        #expect(RefusedIdentifier.find(in: digits, .numbers) == nil)
        let names = String(repeating: "imei=", count: 20_000)
        #expect(RefusedIdentifier.find(in: names, .named) == nil)
    }

    @Test func plainStanzasAreRuledOutAtAGlance() {
        let plain = "<message to='a@b' id='1795381748123'><body>I may include media</body><active xmlns='x'/></message>"
        #expect(!RefusedIdentifier.mayBeNamed(in: Array(plain.utf8)))
        for text in ["<a b='&#105;mei=123456'/>", "<IMSI/>", "iccid", "i", "ime", ""] {
            #expect(RefusedIdentifier.mayBeNamed(in: Array(text.utf8)) == (text.count > 3))
        }
    }

    /// The search leaves out invisible marks, and takes an element's text together from before and behind its children.
    @Test(arguments: [
        "<m>im\u{200B}ei:123456</m>", "<m>i\u{301}msi 123456</m>", "<m>i<a/>mei 123456</m>",
        "<m><![CDATA[i]]>msi 123456</m>",
        "<m>im<![CDATA[ei 123456]]></m>", "<m>icc\u{AD}<a>x</a>id 123456</m>"
    ])
    func `what splits a name isn't ruled out`(text: String) throws {
        #expect(RefusedIdentifier.find(in: try Element(parsing: Array(text.utf8)).text, .named) != nil)
        #expect(RefusedIdentifier.mayBeNamed(in: Array(text.utf8)))
    }

    @Test(arguments: ["<m>Hi</m><a/>", "<m>I’m</m>", "<m>taxi]</m>", "<m>médica, mínima</m>", "<m>imé</m>"])
    func `what only looks like the beginning of a name is ruled out`(text: String) {
        #expect(!RefusedIdentifier.mayBeNamed(in: Array(text.utf8)))
    }
}
