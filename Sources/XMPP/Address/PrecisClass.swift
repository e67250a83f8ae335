/// What a code point may be used for (RFC 8264 §8), as far as the two profiles tell it apart.
enum PrecisClass: UInt32 {
    /// DISALLOWED and UNASSIGNED.
    case disallowed = 0
    /// PVALID: good in both string classes.
    case valid = 1
    /// FREE_PVAL, ID_DIS: good in the FreeformClass only.
    case freeformOnly = 2
    case contextJ = 3
    case contextO = 4

    init(of scalar: Unicode.Scalar) {
        self = PrecisClass(rawValue: UnicodeTables.value(of: scalar, in: UnicodeTables.precisClasses)) ?? .disallowed
    }

    var needsContext: Bool { self == .contextJ || self == .contextO }
}
