import Testing

@testable import Numbers

struct E164Tests {
    private static let germany = CountryCode(rawValue: "de")

    @Test(arguments: [
        ("+49 151 23456789", "4915123456789"),
        ("0151 / 23 45 67 89", "4915123456789"),
        ("(0151) 2345-6789", "4915123456789"),
        ("0049 151 23456789", "4915123456789"),
        ("+49 (0)151 23456789", "4915123456789"),
        ("tel:+49-151-23456789", "4915123456789"),
        ("＋４９ １５１ ２３４５６７８９", "4915123456789"),
        ("+٤٩ ١٥١ ٢٣٤٥٦٧٨٩", "4915123456789"),
        ("+۴۹ ۱۵۱ ۲۳۴۵۶۷۸۹", "4915123456789"),
        ("\u{202A}+49 151 23456789\u{202C}", "4915123456789"),
        ("\u{00A0}+49\u{2011}151\u{2009}23456789\n", "4915123456789"),
        // The zero belongs to the number there.
        ("+39 06 1234 5678", "390612345678"),
        ("+39 347 123 4567", "393471234567"),
        ("+54 9 11 2345 6789", "5491123456789"),
        ("+52 1 55 1234 5678", "525512345678"),
        ("+1 202 555 0123", "12025550123")
    ])
    func `numbers as people write them`(text: String, digits: String) throws {
        #expect(try E164(normalising: text, region: Self.germany).digits == digits)
    }

    /// Prefixes that Mexico gave up in 2019 still stand in address books.
    @Test(arguments: [
        "55 1234 5678", "01 55 1234 5678", "044 55 1234 5678", "045 55 1234 5678", "1 55 1234 5678", "52 1 55 1234 5678"
    ])
    func `Mexican numbers, old and new`(text: String) throws {
        #expect(try E164(normalising: text, region: CountryCode(rawValue: "MX")).digits == "525512345678")
    }

    @Test func `prefixes upon prefixes are refused`() {
        #expect(throws: NumberRefusal.impossible) { try E164(normalising: "+27 (0) 001234567", region: nil) }
    }

    @Test(arguments: [
        ("", NumberRefusal.empty), ("  ", .empty), ("+", .empty), ("()", .empty),
        ("Hoopoe", .alphanumeric), ("1-800-FLOWERS", .alphanumeric), ("0151 23456789 ext 5", .alphanumeric),
        ("*31#0151 23456789", .malformed), ("+49+15123456789", .malformed), ("151+23456789", .malformed),
        ("0151 23456789, 0151 23456780", .malformed), ("0151;23456789", .malformed),
        ("110", .shortCode), ("112", .shortCode), ("22833", .shortCode), ("+49", .tooShort), ("+4", .tooShort),
        ("+999 12345678", .unknownCountryCode), ("+0151 23456789", .unknownCountryCode),
        ("+1 555 0123", .missingAreaCode), ("+33 1 23 45", .tooShort), ("+33 1 23 45 67 89 01", .tooLong),
        ("+49 151 2345678901234", .tooLong), ("+49151234567890123456789012345678901", .tooLong)
    ])
    func `what can't be a number is refused with its reason`(text: String, reason: NumberRefusal) {
        #expect(throws: reason) { try E164(normalising: text, region: Self.germany) }
    }

    @Test(arguments: [
        ("0151 23456789", NumberRefusal.missingCountryCode), ("112", .shortCode),
        ("00 49 151 23456789", .missingCountryCode)
    ])
    func `without a region only international numbers are understood`(text: String, reason: NumberRefusal) throws {
        #expect(throws: reason) { try E164(normalising: text, region: nil) }
        #expect(throws: reason) { try E164(normalising: text, region: CountryCode(rawValue: "ZZ")) }
        #expect(try E164(normalising: "+49 151 23456789", region: nil).digits == "4915123456789")
    }

    @Test(arguments: NumberRefusal.allCases)
    func `each reason is a sentence without digits`(reason: NumberRefusal) {
        #expect(reason.sentence.hasSuffix("."))
        #expect(reason.sentence.count > 15)
        #expect(!reason.sentence.contains { $0.isNumber })
    }

    @Test(arguments: [
        ("4915123456789", true), ("1234567", true), ("123456789012345", true), ("999999999999999", true),
        ("123456", false), ("1234567890123456", false), ("0123456789", false), ("+4915123456789", false),
        ("49 15123", false), ("٤٩١٥١٢٣٤٥", false), ("", false)
    ])
    func `digits are taken as they are, if they can be`(digits: String, accepted: Bool) {
        #expect(E164(digits: digits)?.digits == (accepted ? digits : nil))
    }

    @Test(
        arguments: [
            ("4915123456789", NumberKind.mobile, "DE", 49, nil), ("493012345678", .fixedLine, "DE", 49, nil),
            ("12025550123", .fixedLineOrMobile, "US", 1, nil), ("18765550123", .mobile, "JM", 1, nil),
            ("18002345678", .tollFree, "US", 1, .tollFree), ("19002345678", .premiumRate, "US", 1, .premiumRate),
            ("441624750123", .fixedLine, "IM", 44, nil), ("77012345678", .mobile, "KZ", 7, nil),
            ("4911111111111", .unknown, "DE", 49, .unassigned), ("2991", .unknown, nil, nil, .unassigned),
            ("80012345678", .tollFree, "001", 800, .tollFree), ("443450123456", .universal, "GB", 44, .notForTexts),
            ("39848123456", .sharedCost, "IT", 39, .sharedCost), ("9991234567", .unknown, nil, nil, .unassigned)
        ] as [(String, NumberKind, String?, Int?, NumberRefusal?)])
    func `a number tells its kind and home`(
        digits: String, kind: NumberKind, region: String?, code: Int?, refusal: NumberRefusal?
    ) throws {
        guard let number = E164(digits: digits) else {
            #expect(digits.count < 7)
            return
        }
        #expect(number.kind == kind)
        #expect(number.region?.rawValue == region)
        #expect(number.callingCode == code)
        #expect(number.refusal() == refusal)
    }

    @Test func `codes aren't sent to numbers rented by the thousand`() throws {
        let voip = try #require(E164(digits: "445612345678"))
        #expect(voip.kind == .voip)
        #expect(voip.refusal() == nil)
        #expect(voip.refusal(of: NumberKind.neverSentCodes) == .notForTexts)
    }

    /// Whatever way of printing.
    @Test func `a number never shows itself`() throws {
        let number = try #require(E164(digits: "4915123456789"))
        var dumped = ""
        dump(["key": number], to: &dumped)
        let optional: E164? = number
        for text in ["\(number)", String(reflecting: number), "\([number])", "\(String(describing: optional))", dumped]
        {
            #expect(text.contains("<number>"))
            #expect(!text.contains("4915"))
            #expect(!text.contains("56789"))
        }
    }

    @Test func `country codes are two letters`() {
        #expect(CountryCode(rawValue: "de")?.rawValue == "DE")
        #expect(CountryCode(rawValue: "de")?.callingCode == 49)
        #expect(CountryCode(rawValue: "ZZ")?.callingCode == nil)
        for text in ["", "D", "DEU", "D1", "ÄÖ", "00"] {
            #expect(CountryCode(rawValue: text) == nil)
        }
    }

    @Test func `random input never does harm`() {
        let pieces = ["+", "0", "1", "49", "00", "٤", " ", "-", "(", "x", "#", "\u{202E}", "9", "5", "tel:", "８"]
        var state: UInt64 = 99
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        let regions = ["DE", "US", "BR", "AR", "IT", "GG", "ZZ"].map(CountryCode.init(rawValue:))
        for _ in 0..<20_000 {
            let text = (0..<next(30)).map { _ in pieces[next(pieces.count)] }.joined()
            guard let number = try? E164(normalising: text, region: regions[next(regions.count)]) else { continue }
            // What was normalised stays as it is.
            #expect(
                (try? E164(normalising: "+" + number.digits, region: nil)) == number,
                "\(text.debugDescription) \(number.digits) \(number.kind)")
        }
    }
}
