/// A complete phone number: country calling code and national number (ITU-T E.164). Never shows itself when printed.
package struct E164: Hashable, Sendable {
    /// The digits as one integer: at most fifteen of them, the first not 0.
    private let value: UInt64

    /// 7…15 ASCII digits without plus, the first not 0; for numbers that were normalised before.
    package init?(digits: some StringProtocol) {
        let octets = digits.utf8
        guard (7...15).contains(octets.count), octets.first != 0x30 else { return nil }
        var value: UInt64 = 0
        for octet in octets {
            guard (0x30...0x39).contains(octet) else { return nil }
            value = value * 10 + UInt64(octet - 0x30)
        }
        self.value = value
    }

    /// The number itself, without plus. It is an identifier: keep it out of logs, errors and file names.
    package var digits: String {
        String(value)
    }

    /// What the number is for, by its country's plan.
    package var kind: NumberKind {
        home?.kind ?? .unknown
    }

    /// The country or territory whose plan the number fits; nil when it fits none that shares its calling code.
    package var region: CountryCode? {
        home?.plan.region
    }

    /// The country calling code, such as 49; nil when it is nobody's.
    package var callingCode: Int? {
        NumberPlans.split(Array(digits.utf8)).map { Int($0.callingCode) }
    }

    private var home: (plan: NumberPlan, kind: NumberKind)? {
        guard let (callingCode, national) = NumberPlans.split(Array(digits.utf8)) else { return nil }
        return NumberPlans.home(callingCode: callingCode, national: national)
    }
}

extension E164: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<number>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
