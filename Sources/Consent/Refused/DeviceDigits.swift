/// What bare digits are, as far as their form tells.
enum DeviceDigits {
    /// How many digits any of the kinds can have.
    static let lengths: Set<Int> = [15, 19, 20]

    /// The kind of identifier that ASCII digits have the form of; `groups` is how they were written, by lengths.
    ///
    /// A timestamp of 13, 16 or 19 digits, or a number of 14 or 16, is none.
    static func kind(_ digits: [UInt8], groups: [Int]) -> RefusedIdentifier? {
        switch digits.count {
        case 15 where isLuhn(digits) && reportingBodies.contains(number(digits.prefix(2))):
            return .imei
        case 15:
            // 3 digits of country, 2 or 3 of network, the subscriber (ITU-T E.212).
            guard groups == [15] || groups == [3, 2, 10] || groups == [3, 3, 9] else { return nil }
            return countries.contains { $0.contains(number(digits.prefix(3))) } ? .imsi : nil
        case 19, 20:
            // 89 is the industry's number, telecommunications (ITU-T E.118).
            // Some write a filler behind the check digit.
            let isChecked = isLuhn(digits) || digits.count == 20 && isLuhn(digits.dropLast())
            return number(digits.prefix(2)) == 89 && isChecked ? .iccid : nil
        default:
            return nil
        }
    }

    /// The first two digits of IMEIs: who allocated them (3GPP TS 23.003 §6.2, GSMA TS.06).
    private static let reportingBodies: Set<Int> = [
        1, 10, 30, 33, 35, 44, 45, 49, 50, 51, 52, 53, 54, 86, 91, 98, 99
    ]

    /// Mobile country codes, by their zones; 1 and 999 are for tests and private networks, 901 for those of no country.
    private static let countries: [ClosedRange<Int>] = [
        1...1, 202...297, 302...376, 400...472, 502...555, 602...659, 702...750, 901...901, 999...999
    ]

    private static func number(_ digits: some Sequence<UInt8>) -> Int {
        digits.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }

    /// Whether the last digit checks the others (ISO/IEC 7812-1 Annex B).
    static func isLuhn(_ digits: some BidirectionalCollection<UInt8>) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let value = Int(digit & 0x0F)
            let doubled = value * 2
            sum += place.isMultiple(of: 2) ? value : doubled > 9 ? doubled - 9 : doubled
        }
        return sum.isMultiple(of: 10)
    }
}
