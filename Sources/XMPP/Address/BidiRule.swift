/// The Bidi Rule of RFC 5893 §2, applied to texts with at least one right-to-left character (RFC 8265 §3.3.2).
enum BidiRule {
    /// Whether the rule holds, or there is nothing in the text for it to judge.
    static func permits(_ scalars: [Unicode.Scalar]) -> Bool {
        let classes = scalars.map(BidiClass.init(of:))
        guard classes.contains(where: { $0 == .right || $0 == .arabicLetter || $0 == .arabicNumber }) else {
            return true
        }
        guard let first = classes.first, let last = classes.last(where: { $0 != .nonspacingMark }) else { return false }
        switch first {
        case .right, .arabicLetter:
            guard !(classes.contains(.europeanNumber) && classes.contains(.arabicNumber)) else { return false }
            return classes.allSatisfy { $0 != .left && $0 != .other }
                && [.right, .arabicLetter, .europeanNumber, .arabicNumber].contains(last)
        default:
            // An LTR text has none of the classes that brought us here; conditions 1 and 5.
            return false
        }
    }
}

/// Bidi_Class, as far as the rule tells it apart.
private enum BidiClass: UInt32 {
    case other = 0
    case left = 1
    case right = 2
    case arabicLetter = 3
    case arabicNumber = 4
    case europeanNumber = 5
    /// ES, CS, ET, ON, BN: fine anywhere but at the ends.
    case neutral = 6
    case nonspacingMark = 7

    init(of scalar: Unicode.Scalar) {
        self = BidiClass(rawValue: UnicodeTables.value(of: scalar, in: UnicodeTables.bidiClasses)) ?? .other
    }
}
