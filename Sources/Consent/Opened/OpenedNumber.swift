/// A phone number that a permit opened, for deciding what becomes of it. Its digits can be compared and blinded; they
/// come out by a ``Disclosure`` only.
package struct OpenedNumber: PermitResult {
    let digits: [UInt8]

    /// 7…15 ASCII digits, the first not 0 (E.164).
    init?(_ digits: some Collection<UInt8>) {
        guard (7...15).contains(digits.count), digits.first != 0x30,
            digits.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.digits = Array(digits)
    }

    /// Whether the number is this one: digits without plus, as somebody else knows it.
    package func isEqual(to other: some Collection<UInt8>) -> Bool {
        digits.elementsEqual(other)
    }

    /// Whether the number begins with these digits, such as a route's prefix.
    package func begins(with prefix: some Collection<UInt8>) -> Bool {
        digits.starts(with: prefix)
    }

    package static var membership: Membership<Self> { Membership() }
}

extension OpenedNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<number>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Vault {
    /// The value under which a person's own number is found.
    package func index(_ number: OpenedNumber) -> IndexValue {
        index(number.digits)
    }

    /// The value under which one route remembers the number.
    package func routeHash(_ number: OpenedNumber, route: String) -> BlindValue {
        routeHash(number.digits, route: route)
    }

    /// The value by which limits on one-time codes know the number.
    package func limitHash(_ number: OpenedNumber) -> BlindValue {
        limitHash(number.digits)
    }
}

extension CodeLimits {
    /// Counts one code, or refuses it and counts nothing. `hash` is the number's ``Vault/limitHash(_:)``; `now` is in
    /// milliseconds since 1970.
    package mutating func admit(
        _ number: OpenedNumber, hash: BlindValue, person: PersonID, now: Int64
    ) throws(Refusal) {
        try admit(number: hash, prefix: number.digits.prefix(6), person: person, now: now)
    }
}
