extension E164 {
    /// Reads a number as people write them: international with +, or as dialled from a region.
    ///
    /// Punctuation, spaces and digits of any script are understood; national and international prefixes are taken
    /// off by the rules of the country. The number must have a possible length; whether its range is assigned and
    /// what it is for, `kind` tells.
    ///
    /// `region`: where the number is dialled from; without it only numbers with + are understood.
    package init(normalising text: String, region: CountryCode?) throws(NumberRefusal) {
        let typed = try TypedNumber(text)
        let plan = region.flatMap(NumberPlans.plan(of:))
        if !typed.hasPlus, plan == nil {
            throw typed.digits.count <= Self.longestShortCode ? .shortCode : .missingCountryCode
        }
        let dialled: Dialled
        if typed.hasPlus {
            dialled = try Dialled(international: typed.digits)
        } else if let plan {
            dialled = try Dialled(typed.digits, from: plan)
        } else {
            throw .missingCountryCode
        }
        var number = try dialled.number()
        if number.kind == .unknown {
            // With prefixes upon prefixes it would be another number each time it is read.
            let again = try Dialled(international: Array(number.digits.utf8)).number()
            guard again == number || again.kind != .unknown else { throw .impossible }
            // Few digits, dialled as they are, in no assigned range: so look emergency and service numbers.
            if !dialled.isInternational, typed.digits.count <= Self.longestShortCode, again == number {
                throw .shortCode
            }
            number = again
        }
        self = number
    }

    static let longestShortCode = 6
}

/// A number taken apart, on the way to E.164.
private struct Dialled {
    let plan: NumberPlan
    /// Perhaps still with the national prefix.
    let national: ArraySlice<UInt8>
    let isInternational: Bool

    private init(plan: NumberPlan, national: ArraySlice<UInt8>, isInternational: Bool) {
        self.plan = plan
        self.national = national
        self.isInternational = isInternational
    }

    /// Digits that begin with a country calling code.
    init(international digits: [UInt8]) throws(NumberRefusal) {
        guard digits.count > 2 else { throw .tooShort }
        guard let (callingCode, national) = NumberPlans.split(digits),
            let plan = NumberPlans.mainPlan(callingCode: callingCode)
        else { throw .unknownCountryCode }
        self.init(plan: plan, national: national, isInternational: true)
    }

    /// Digits as dialled in a country.
    init(_ digits: [UInt8], from plan: NumberPlan) throws(NumberRefusal) {
        if let prefix = plan.internationalPrefix?.matchPrefix(digits[...]) {
            let rest = digits.dropFirst(prefix.end)
            // No calling code begins with 0: then the prefix was something else.
            if rest.first != 0x30 {
                try self.init(international: Array(rest))
                return
            }
        }
        if let national = Self.withoutCallingCode(digits, plan),
            let main = NumberPlans.mainPlan(callingCode: plan.callingCode)
        {
            self.init(plan: main, national: national, isInternational: true)
        } else {
            self.init(plan: plan, national: digits[...], isInternational: false)
        }
    }

    /// A country code typed without plus: believed when the number makes sense only without it.
    private static func withoutCallingCode(_ digits: [UInt8], _ plan: NumberPlan) -> ArraySlice<UInt8>? {
        let code = Array(String(plan.callingCode).utf8)
        guard digits.starts(with: code) else { return nil }
        let national = plan.strippingNationalPrefix(digits.dropFirst(code.count))
        let general = plan.general.pattern
        let makesSense = !general.matchesWhole(digits[...]) && general.matchesWhole(national)
        return makesSense || plan.fit(digits.count) == .tooLong ? national : nil
    }

    func number() throws(NumberRefusal) -> E164 {
        var national = national
        let stripped = plan.strippingNationalPrefix(national)
        switch plan.fit(stripped.count) {
        case .possible, .tooLong: national = stripped
        case .localOnly, .tooShort, .neither: break
        }
        // Lengths are those of the main plan, which knows all that occur under its calling code.
        let rules = NumberPlans.mainPlan(callingCode: plan.callingCode) ?? plan
        switch rules.fit(national.count) {
        case .possible: break
        case .localOnly: throw refusal(.missingAreaCode, national)
        case .tooShort: throw refusal(.tooShort, national)
        case .tooLong: throw .tooLong
        case .neither: throw .impossible
        }
        let digits = String(plan.callingCode) + String(decoding: national, as: UTF8.self)
        guard let number = E164(digits: digits) else { throw digits.utf8.count > 15 ? .tooLong : .tooShort }
        return number
    }

    private func refusal(_ otherwise: NumberRefusal, _ national: ArraySlice<UInt8>) -> NumberRefusal {
        !isInternational && national.count <= E164.longestShortCode ? .shortCode : otherwise
    }
}
