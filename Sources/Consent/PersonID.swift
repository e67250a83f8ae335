/// An account, by a random positive number that is never derived from an identifier.
package struct PersonID: RawRepresentable, Hashable, Comparable, Sendable {
    package let rawValue: Int64

    /// Refuses zero and negative numbers: those are nobody.
    package init?(rawValue: Int64) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }

    /// A fresh identity out of 2^63 - 1; the store refuses the improbable duplicate.
    package static func random() -> PersonID {
        PersonID(unchecked: Int64.random(in: 1...Int64.max))
    }

    private init(unchecked rawValue: Int64) {
        self.rawValue = rawValue
    }

    package static func < (left: PersonID, right: PersonID) -> Bool {
        left.rawValue < right.rawValue
    }
}
