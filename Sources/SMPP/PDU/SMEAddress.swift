/// A source or destination address (SMPP 3.4 §5.2.5–5.2.9). Never shows itself when printed.
package struct SMEAddress: Hashable, Sendable {
    package var typeOfNumber: TypeOfNumber
    package var numberingPlan: NumberingPlan
    /// At most 20 octets: digits, or a sender's name when `typeOfNumber` is alphanumeric.
    package var value: String

    /// The empty address: "whatever the SMSC thinks right".
    package static let none = SMEAddress("", typeOfNumber: .unknown, numberingPlan: .unknown)

    package init(_ value: String, typeOfNumber: TypeOfNumber, numberingPlan: NumberingPlan) {
        self.value = value
        self.typeOfNumber = typeOfNumber
        self.numberingPlan = numberingPlan
    }

    /// An E.164 number in digits, without plus.
    package static func international(_ digits: String) -> SMEAddress {
        SMEAddress(digits, typeOfNumber: .international, numberingPlan: .isdn)
    }

    /// A sender's name, at most 11 GSM characters on handsets.
    package static func alphanumeric(_ name: String) -> SMEAddress {
        SMEAddress(name, typeOfNumber: .alphanumeric, numberingPlan: .unknown)
    }
}

/// SMPP 3.4 §5.2.5. Open.
package struct TypeOfNumber: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let unknown = TypeOfNumber(rawValue: 0)
    package static let international = TypeOfNumber(rawValue: 1)
    package static let national = TypeOfNumber(rawValue: 2)
    package static let networkSpecific = TypeOfNumber(rawValue: 3)
    package static let subscriber = TypeOfNumber(rawValue: 4)
    package static let alphanumeric = TypeOfNumber(rawValue: 5)
    package static let abbreviated = TypeOfNumber(rawValue: 6)
}

/// SMPP 3.4 §5.2.6. Open.
package struct NumberingPlan: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let unknown = NumberingPlan(rawValue: 0)
    package static let isdn = NumberingPlan(rawValue: 1)
}

extension SMEAddress: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<address>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection()) }
}
