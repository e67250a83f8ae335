/// Where a part stands in a longer message.
package struct Concatenation: Hashable, Sendable {
    /// How the parts say that they belong together.
    package enum Scheme: Hashable, Sendable {
        /// User data header with an 8-bit reference (3GPP TS 23.040 §9.2.3.24.1).
        case udh8
        /// User data header with a 16-bit reference (§9.2.3.24.8).
        case udh16
        /// The `sar_` optional parameters.
        case sar
    }

    package let scheme: Scheme
    package let reference: UInt16
    package let total: UInt8
    /// 1…total.
    package let part: UInt8

    /// Nil unless 1 ≤ part ≤ total.
    package init?(scheme: Scheme, reference: UInt16, total: UInt8, part: UInt8) {
        guard part >= 1, part <= total else { return nil }
        self.scheme = scheme
        self.reference = reference
        self.total = total
        self.part = part
    }
}

/// The header at the start of a message whose esm_class has UDHI (3GPP TS 23.040 §9.2.3.24).
package struct UserDataHeader: Hashable, Sendable {
    /// Information elements by identifier, in order.
    package struct Element: Hashable, Sendable {
        package var identifier: UInt8
        package var data: [UInt8]
    }

    package let elements: [Element]
    /// Octets with the length octet.
    package let octetCount: Int

    /// Nil when the lengths within don't add up.
    package init?(parsing content: some Collection<UInt8>) {
        let octets = Array(content.prefix(256))
        guard let length = octets.first.map(Int.init), length < octets.count else { return nil }
        var elements: [Element] = []
        var index = 1
        while index <= length {
            guard index + 1 <= length else { return nil }
            let end = index + 2 + Int(octets[index + 1])
            guard end <= length + 1 else { return nil }
            elements.append(Element(identifier: octets[index], data: Array(octets[index + 2..<end])))
            index = end
        }
        self.elements = elements
        octetCount = length + 1
    }

    /// From the last usable concatenation element, as 23.040 asks of repeated ones.
    package var concatenation: Concatenation? {
        for element in elements.reversed() {
            let data = element.data
            let found: Concatenation? =
                switch (element.identifier, data.count) {
                case (0x00, 3):
                    Concatenation(scheme: .udh8, reference: UInt16(data[0]), total: data[1], part: data[2])
                case (0x08, 4):
                    Concatenation(
                        scheme: .udh16, reference: UInt16(data[0]) << 8 | UInt16(data[1]), total: data[2],
                        part: data[3])
                default: nil
                }
            if let found { return found }
        }
        return nil
    }

    /// Zero bits between this header and the first packed septet.
    var fillBits: Int {
        (7 - octetCount * 8 % 7) % 7
    }

    /// The header's octets for one part.
    static func octets(_ concatenation: Concatenation) -> [UInt8] {
        let low = UInt8(concatenation.reference & 0xFF)
        return switch concatenation.scheme {
        case .udh8: [5, 0x00, 3, low, concatenation.total, concatenation.part]
        case .udh16:
            [6, 0x08, 4, UInt8(concatenation.reference >> 8), low, concatenation.total, concatenation.part]
        case .sar: []
        }
    }
}
