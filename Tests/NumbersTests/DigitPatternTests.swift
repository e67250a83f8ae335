import Testing

@testable import Numbers

struct DigitPatternTests {
    @Test(arguments: [
        ("12", ["12"], ["1", "123", "13", ""]),
        ("1\\d{2}", ["123", "199"], ["12", "1234"]),
        ("[13-5]", ["1", "3", "4", "5"], ["2", "6", "13"]),
        ("1|23|4", ["1", "23", "4"], ["2", "123"]),
        ("(?:1|2)3?", ["1", "23", "13", "2"], ["3", "133"]),
        ("\\d{2,4}", ["12", "123", "1234"], ["1", "12345"]),
        ("(?:12){2}", ["1212"], ["12", "121212"]),
        ("1(?:2(?:3|4)|5)6", ["1236", "1246", "156"], ["126", "16"]),
        ("(?:1|12)(?:3|23)", ["13", "123", "1223"], ["12"]),
        ("\\d{1,6}\\d{1,6}\\d{1,6}9", ["1119", "1234567899"], ["1", "111"]),
        ("", [""], ["1"])
    ])
    func `whole matches`(pattern: String, matching: [String], others: [String]) throws {
        let compiled = try #require(DigitPattern(pattern))
        for text in matching { #expect(compiled.matchesWhole(Array(text.utf8)[...]), "\(text)") }
        for text in others { #expect(!compiled.matchesWhole(Array(text.utf8)[...]), "\(text)") }
    }

    @Test(
        arguments: [
            ("0|80?", "8012", 2, []),
            ("0|80?", "812", 1, []),
            ("([25]\\d{2})$|1", "234", 3, [0..<3]),
            ("([25]\\d{2})$|1", "1234", 1, [nil]),
            ("0?(?:(11|22)15)?", "0111512", 5, [1..<3]),
            ("0?(?:(11|22)15)?", "0112", 1, [nil]),
            ("0(1\\d)?", "0123", 3, [1..<3]),
            ("(1)(2)?", "13", 1, [0..<1, nil])
        ] as [(String, String, Int, [Range<Int>?])])
    func `the first match at the start, with its groups`(
        pattern: String, digits: String, end: Int, groups: [Range<Int>?]
    ) throws {
        let compiled = try #require(DigitPattern(pattern))
        let match = try #require(compiled.matchPrefix(Array(digits.utf8)[...]))
        #expect(match.end == end)
        #expect(match.groups == groups)
    }

    @Test func `slices are matched from their own start`() throws {
        let pattern = try #require(DigitPattern("(2)3"))
        let match = try #require(pattern.matchPrefix(Array("1234".utf8)[1...]))
        #expect(match.groups == [0..<1])
    }

    @Test(arguments: ["(", ")", "1)", "[1", "[3-1]", "1{", "1{2", "1{3,2}", "1{99}", "a", "1*", "?", "(?=1)", "1{,2}"])
    func `other languages are refused`(pattern: String) {
        #expect(DigitPattern(pattern) == nil)
    }

    @Test func `what isn't a digit matches nothing, and long input neither`() throws {
        let any = try #require(DigitPattern("\\d{1,31}"))
        #expect(!any.matchesWhole([0x2F]))
        #expect(!any.matchesWhole([0x3A]))
        #expect(!any.matchesWhole([0x00]))
        #expect(any.matchesWhole([UInt8](repeating: 0x31, count: 31)[...]))
        #expect(!any.matchesWhole([UInt8](repeating: 0x31, count: 32)[...]))
    }

    @Test func `every pattern of the plans is understood`() {
        let lines = NumberPlans.text.split(separator: "\n")
        #expect(lines.count == NumberPlans.all.count)
        for (line, plan) in zip(lines, NumberPlans.all) {
            let fields = line.split(separator: ";", omittingEmptySubsequences: false)
            #expect((plan.internationalPrefix == nil) == fields[2].isEmpty, "\(line)")
            #expect((plan.nationalPrefix == nil) == fields[3].isEmpty, "\(line)")
            #expect((plan.transform == nil) == fields[4].isEmpty, "\(line)")
            #expect((plan.leadingDigits == nil) == fields[5].isEmpty, "\(line)")
            #expect(plan.ranges.count == fields[9...].count { !$0.isEmpty }, "\(line)")
        }
    }
}
