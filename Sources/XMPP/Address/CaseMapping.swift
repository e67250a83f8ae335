/// Unicode's toLowercase (Unicode Standard §3.13), which RFC 8265 §3.3.2 asks for; no locale, no case folding.
enum CaseMapping {
    /// Lowercases every code point, sigma by its context.
    static func lowercased(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        for (index, scalar) in scalars.enumerated() {
            switch scalar.value {
            case 0..<0x80: result.append(Unicode.Scalar(lowercased(UInt8(truncatingIfNeeded: scalar.value))))
            case 0x3A3: result.append(isFinalSigma(scalars, at: index) ? "\u{3C2}" : "\u{3C3}")
            default:
                // The standard library may know capitals that are unassigned to our tables: those stay, to be refused.
                guard PrecisClass(of: scalar) != .disallowed else {
                    result.append(scalar)
                    continue
                }
                result.append(contentsOf: scalar.properties.lowercaseMapping.unicodeScalars)
            }
        }
        return result
    }

    /// Lowercases an ASCII byte.
    static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }

    /// The condition Final_Sigma: a cased letter before it and none after it, case-ignorable ones aside.
    private static func isFinalSigma(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
        let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
        return (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
    }
}
