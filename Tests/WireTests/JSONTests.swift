import Testing

@testable import Wire

/// Reading and writing JSON: the examples of RFC 8785, and laws over random values.
@Suite struct JSONTests {
    static func canonical(_ text: String) throws -> String {
        String(decoding: try JSON(parsing: Array(text.utf8)).canonical, as: UTF8.self)
    }

    @Test(arguments: [
        // RFC 8785 §3.2.2 and §3.2.3.
        (
            #"""
            {
              "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
              "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
              "literals": [null, true, false]
            }
            """#,
            #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
                + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
        ),
        (
            #"""
            {"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
             "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control",
             "\u00f6": "Latin Small Letter O With Diaeresis"}
            """#,
            #"{"\r":"Carriage Return","1":"One",""# + "\u{80}" + #"":"Control","ö":"Latin Small Letter O With "#
                + #"Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face",""# + "\u{FB33}"
                + #"":"Hebrew Letter Dalet With Dagesh"}"#
        ),
        ("\t\r\n [ ] ", "[]"), ("{\n}", "{}"), ("null", "null"), ("\"\"", "\"\""), ("-0", "0"), ("-0.0e-9", "0"),
        ("0e999", "0"), (#""\u0000\b\t\u000b\f\u001F\u007f""#, #""\u0000\b\t\u000b\f\u001f"# + "\u{7F}\""),
        // Not normalised, and not the same name.
        ("{\"e\u{301}\":1,\"\u{E9}\":2}", "{\"e\u{301}\":1,\"\u{E9}\":2}"),
        (#"["\ud83D\uDC26","\/"]"#, #"["🐦","/"]"#)
    ])
    func `one way to write`(text: String, canonical: String) throws {
        #expect(Array(try Self.canonical(text).utf8) == Array(canonical.utf8))
        #expect(try Self.canonical(canonical) == canonical)
    }

    /// RFC 8785, appendix B.
    @Test(
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2")
        ] as [(UInt64, String)])
    func `numbers are written as ECMAScript does`(bits: UInt64, text: String) throws {
        let number = try #require(JSON.Number(Double(bitPattern: bits)))
        #expect(number.text == text)
        #expect(try JSON(parsing: Array(text.utf8)) == .number(number))
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what is no number of JSON`(value: Double) {
        #expect(JSON.Number(value) == nil)
    }

    @Test func `every double survives`() throws {
        var generator = SeededRandom(8785)
        for _ in 0..<20_000 {
            guard let number = JSON.Number(Double(bitPattern: generator.next())) else { continue }
            #expect(try JSON(parsing: Array(number.text.utf8)) == .number(number))
        }
        for exponent in -1074...1023 {
            for step in -2...2 {
                let bits = Double(sign: .plus, exponent: exponent, significand: 1).bitPattern
                guard let number = JSON.Number(Double(bitPattern: bits &+ UInt64(bitPattern: Int64(step)))) else {
                    continue
                }
                #expect(try JSON(parsing: Array(number.text.utf8)) == .number(number))
            }
        }
    }

    @Test func `integers are exact or texts`() {
        let most: Int64 = 9_007_199_254_740_991
        for integer in [0, 1, -1, 42, 1_700_000_000_000, most, -most] {
            #expect(JSON(integer).integer == integer)
            #expect(String(decoding: JSON(integer).canonical, as: UTF8.self) == "\(integer)")
        }
        #expect(JSON(most + 1) == "9007199254740992")
        #expect(JSON(Int64.min) == "-9223372036854775808")
        #expect(JSON(UInt64.max) == "18446744073709551615")
        #expect(JSON.number(9_007_199_254_740_992.0).integer == nil)
        #expect(JSON.number(0.5).integer == nil)
        #expect(JSON.number(1e300).integer == nil)
    }

    @Test func `values are at hand`() throws {
        let value: JSON = [
            "text": "hoopoe", "count": 3, "yes": true, "nothing": .null, "list": [1, "two"], "half": .number(0.5)
        ]
        #expect(value["text"]?.string == "hoopoe")
        #expect(value["count"]?.integer == 3)
        #expect(value["half"]?.integer == nil)
        #expect(value["half"]?.number == 0.5)
        #expect(value["yes"]?.boolean == true)
        #expect(value["nothing"]?.isNull == true)
        #expect(value["list"]?[1]?.string == "two")
        #expect(value["list"]?.array?.count == 2)
        #expect(value["list"]?[2] == nil)
        #expect(value["list"]?[-1] == nil)
        #expect(value["missing"] == nil)
        #expect(value["text"]?["text"] == nil)
        #expect(value["text"]?.integer == nil)
        #expect(value["count"]?.string == nil)
        #expect(value.object?.names == ["count", "half", "list", "nothing", "text", "yes"])
        #expect(value == (try JSON(parsing: value.pretty)))
    }

    @Test func `members by name`() {
        var object: JSON.Object = ["b": 1, "a": 2, "b": 3]
        #expect(object == ["a": 2, "b": 3])
        object["c"] = "new"
        object["a"] = nil
        object["missing"] = nil
        object["b"] = 4
        #expect(object == ["c": "new", "b": 4])
        #expect(object.count == 2 && !object.isEmpty)
        // Alike to look at, and two names all the same.
        object["\u{E9}"] = 1
        object["e\u{301}"] = 2
        #expect(object.count == 4)
        #expect(object["\u{E9}"] == 1)
        #expect(JSON.string("\u{E9}") != JSON.string("e\u{301}"))
    }

    @Test func `lines for people`() throws {
        let value: JSON = ["terms": ["sms": "a\nb"], "empty": [:], "none": [], "list": [1, [true]]]
        let text = """
            {
              "empty": {},
              "list": [
                1,
                [
                  true
                ]
              ],
              "none": [],
              "terms": {
                "sms": "a\\nb"
              }
            }

            """
        #expect(String(decoding: value.pretty, as: UTF8.self) == text)
    }

    @Test func `random values survive`() throws {
        var generator = SeededRandom(7493)
        for _ in 0..<2000 {
            let value = RandomJSON.value(depth: 4, using: &generator)
            #expect(try JSON(parsing: value.canonical) == value)
            #expect(try JSON(parsing: value.pretty) == value)
        }
    }

    @Test func `order of members makes no difference`() throws {
        var generator = SeededRandom(3)
        for _ in 0..<500 {
            let members = (0..<12).map { ("\(RandomJSON.text(using: &generator))\($0)", JSON($0)) }
            let shuffled = members.shuffled(using: &generator)
            #expect(JSON.Object(members) == JSON.Object(shuffled))
            #expect(JSON.object(JSON.Object(members)).canonical == JSON.object(JSON.Object(shuffled)).canonical)
        }
    }
}

extension JSON {
    fileprivate static func number(_ value: Double) -> JSON {
        Number(value).map(JSON.number) ?? .null
    }
}
