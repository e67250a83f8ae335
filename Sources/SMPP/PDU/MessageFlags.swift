/// The esm_class octet: mode, type and network features of a message (SMPP 3.4 §5.2.12).
package struct ESMClass: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let plain = ESMClass(rawValue: 0)
    package static let deliveryReceipt = ESMClass(rawValue: 0x04)
    package static let userDataHeader = ESMClass(rawValue: 0x40)

    /// The message starts with a user data header (UDHI).
    package var hasUserDataHeader: Bool {
        get { rawValue & 0x40 != 0 }
        set { rawValue = newValue ? rawValue | 0x40 : rawValue & ~0x40 }
    }

    /// The message reports what became of an earlier one: final receipt or intermediate notification.
    package var isReceipt: Bool {
        rawValue & 0x3C == 0x04 || rawValue & 0x3C == 0x20
    }
}

/// Which reports the sender wants (SMPP 3.4 §5.2.17).
package struct RegisteredDelivery: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let none = RegisteredDelivery(rawValue: 0)
    /// A receipt when the fate of the message is final, good or bad.
    package static let finalReceipt = RegisteredDelivery(rawValue: 1)
    /// A receipt only when delivery failed.
    package static let failureReceipt = RegisteredDelivery(rawValue: 2)

    /// Whether a final receipt is wanted for a message that ended so.
    package func wantsReceipt(delivered: Bool) -> Bool {
        switch rawValue & 0x03 {
        case 1: true
        case 2: !delivered
        default: false
        }
    }
}

/// How the octets of a message are to be read (SMPP 3.4 §5.2.19). Open.
package struct DataCoding: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The SMSC's default alphabet: which one is a matter of the connector.
    package static let smscDefault = DataCoding(rawValue: 0)
    package static let ascii = DataCoding(rawValue: 1)
    package static let binary = DataCoding(rawValue: 4)
    package static let latin1 = DataCoding(rawValue: 3)
    package static let cyrillic = DataCoding(rawValue: 6)
    package static let hebrew = DataCoding(rawValue: 7)
    package static let ucs2 = DataCoding(rawValue: 8)
}
