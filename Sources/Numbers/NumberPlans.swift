/// All numbering plans, read once from the generated text.
enum NumberPlans {
    /// Nil for a region without one.
    static func plan(of region: CountryCode) -> NumberPlan? {
        byRegion[region].map { all[$0] }
    }

    /// The plan that speaks for a calling code, where several share one.
    static func mainPlan(callingCode: UInt16) -> NumberPlan? {
        byCallingCode[callingCode]?.first.map { all[$0] }
    }

    /// Cuts a number behind its country calling code; nil when it begins with none.
    static func split(_ digits: [UInt8]) -> (callingCode: UInt16, national: ArraySlice<UInt8>)? {
        guard digits.first != 0x30 else { return nil }
        var code: UInt16 = 0
        for (index, digit) in digits.prefix(3).enumerated() {
            code = code * 10 + UInt16(digit &- 0x30)
            if byCallingCode[code] != nil { return (code, digits.dropFirst(index + 1)) }
        }
        return nil
    }

    /// The plan whose number it is, and its kind; nil when it fits none under the calling code.
    static func home(callingCode: UInt16, national: ArraySlice<UInt8>) -> (plan: NumberPlan, kind: NumberKind)? {
        let indices = byCallingCode[callingCode] ?? []
        for index in indices {
            let plan = all[index]
            let kind = plan.kind(of: national)
            // Where regions are told apart by their first digits, those decide.
            if indices.count == 1 || plan.leadingDigits?.matchPrefix(national) != nil { return (plan, kind) }
            if plan.leadingDigits == nil, kind != .unknown { return (plan, kind) }
        }
        return nil
    }

    static let all: [NumberPlan] = text.split(separator: "\n").compactMap(NumberPlan.init(line:))

    private static let byRegion: [CountryCode: Int] = Dictionary(
        all.enumerated().filter { $0.element.region != .world }.map { ($0.element.region, $0.offset) },
        uniquingKeysWith: { first, _ in first })

    /// Main region first.
    private static let byCallingCode: [UInt16: [Int]] = Dictionary(
        grouping: all.indices, by: { all[$0].callingCode })
}

extension NumberPlan {
    /// Reads one line of the generated text; its fields are told in `script/generate-numbers`.
    init?(line: Substring) {
        let fields = line.split(separator: ";", omittingEmptySubsequences: false)
        guard fields.count == 9 + Self.kinds.count, let callingCode = UInt16(fields[1]),
            let lengths = UInt32(fields[6], radix: 16), let localLengths = UInt32(fields[7], radix: 16),
            let general = Range(.unknown, fields[8])
        else { return nil }
        region = CountryCode(unchecked: String(fields[0]))
        self.callingCode = callingCode
        internationalPrefix = fields[2].isEmpty ? nil : DigitPattern(fields[2])
        nationalPrefix = fields[3].isEmpty ? nil : DigitPattern(fields[3])
        transform = Transform(fields[4])
        leadingDigits = fields[5].isEmpty ? nil : DigitPattern(fields[5])
        self.lengths = lengths
        self.localLengths = localLengths
        self.general = general
        ranges = zip(Self.kinds, fields[9...]).compactMap { Range($0, $1) }
    }

    /// In the order of their fields, which is the order of trying.
    static let kinds: [NumberKind] = [
        .premiumRate, .tollFree, .sharedCost, .voip, .personal, .pager, .universal, .voicemail, .fixedLine, .mobile
    ]
}

extension NumberPlan.Range {
    /// `lengths:pattern`, lengths in hexadecimal; empty when there are no such numbers.
    init?(_ kind: NumberKind, _ field: Substring) {
        guard let colon = field.firstIndex(of: ":"), let lengths = UInt32(field[..<colon], radix: 16),
            let pattern = DigitPattern(field[field.index(after: colon)...])
        else { return nil }
        self.init(kind: kind, lengths: lengths, pattern: pattern)
    }
}

extension NumberPlan.Transform {
    /// Digits and a group's number, such as `9,1`.
    init?(_ field: Substring) {
        let parts = field.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, let group = Int(parts[1]), group > 0 else { return nil }
        self.init(digits: Array(parts[0].utf8), group: group)
    }
}
