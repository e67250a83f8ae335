/// A country or territory by its two ISO 3166-1 letters.
package struct CountryCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// Two capital letters, or `001` for numbers that belong to no country.
    package let rawValue: String

    /// Home of the numbers that belong to no country, such as those of satellites.
    package static let world = CountryCode(unchecked: "001")

    /// Two ASCII letters in any case, else nil. Whether the country has a numbering plan is another question:
    /// see `callingCode`.
    package init?(rawValue: String) {
        let letters = rawValue.utf8
        guard letters.count == 2, letters.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) }) else { return nil }
        self.rawValue = rawValue.uppercased()
    }

    init(unchecked rawValue: String) {
        self.rawValue = rawValue
    }

    /// The country's calling code, such as 49; nil when it has no numbering plan.
    package var callingCode: Int? {
        NumberPlans.plan(of: self).map { Int($0.callingCode) }
    }

    package var description: String { rawValue }
}
