extension GSM0338 {
    /// Seven bits a character, eight characters in seven octets (3GPP TS 23.038 §6.1.2.1).
    ///
    /// `fillBits`: zero bits before the first septet, 0…6, so that it starts on a septet boundary
    ///   after a user data header.
    /// When a whole septet would be left over it is a carriage return, so that no `@` appears at the end.
    package static func pack(_ septets: some Collection<UInt8>, fillBits: Int = 0) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity((septets.count * 7 + fillBits + 7) / 8)
        var pending: UInt16 = 0
        var width = fillBits
        for septet in septets {
            pending |= UInt16(septet & 0x7F) << UInt16(width)
            width += 7
            if width >= 8 {
                octets.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                width -= 8
            }
        }
        if width == 1 { pending |= UInt16(carriageReturn) << 1 }
        if width > 0 { octets.append(UInt8(truncatingIfNeeded: pending)) }
        return octets
    }

    /// The septets of packed octets, without a carriage return that only fills the last octet.
    package static func unpack(_ octets: some Collection<UInt8>, fillBits: Int = 0) -> [UInt8] {
        let bits = octets.count * 8 - fillBits
        guard bits >= 7 else { return [] }
        var septets: [UInt8] = []
        septets.reserveCapacity(bits / 7)
        var pending: UInt16 = 0
        var width = -fillBits
        for octet in octets {
            if width < 0 {
                // The first octet starts with the fill bits.
                pending = UInt16(octet) >> UInt16(-width)
            } else {
                pending |= UInt16(octet) << UInt16(width)
            }
            width += 8
            while width >= 7 {
                septets.append(UInt8(truncatingIfNeeded: pending & 0x7F))
                pending >>= 7
                width -= 7
            }
        }
        if septets.last == carriageReturn, (septets.count * 7 + fillBits).isMultiple(of: 8) {
            septets.removeLast()
        }
        return septets
    }

    private static let carriageReturn: UInt8 = 0x0D
}
