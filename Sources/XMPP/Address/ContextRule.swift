/// The rules for code points that are good only beside certain others (RFC 5892 Appendix A).
enum ContextRule {
    /// Whether the rule of the code point at `index` holds there.
    static func permits(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let before = index > 0 ? scalars[index - 1] : nil
        let after = index + 1 < scalars.count ? scalars[index + 1] : nil
        switch scalars[index].value {
        case 0x200C:
            return isVirama(before) || breaksCursiveJoin(scalars, at: index)
        case 0x200D:
            return isVirama(before)
        case 0xB7:  // Catalan ela geminada
            return before == "l" && after == "l"
        case 0x375:
            return after.map { Script(of: $0) == .greek } ?? false
        case 0x5F3, 0x5F4:
            return before.map { Script(of: $0) == .hebrew } ?? false
        case 0x30FB:
            return scalars.contains { Script(of: $0) == .hiraganaKatakanaOrHan }
        case 0x660...0x669:
            return !scalars.contains { (0x6F0...0x6F9).contains($0.value) }
        case 0x6F0...0x6F9:
            return !scalars.contains { (0x660...0x669).contains($0.value) }
        default:
            return false
        }
    }

    private static func isVirama(_ scalar: Unicode.Scalar?) -> Bool {
        scalar?.properties.canonicalCombiningClass == .virama
    }

    /// A.1's regular expression: (L or D) T* ZWNJ T* (R or D).
    private static func breaksCursiveJoin(_ scalars: [Unicode.Scalar], at index: Int) -> Bool {
        let before = scalars[..<index].last { Joining(of: $0) != .transparent }
        let after = scalars[(index + 1)...].first { Joining(of: $0) != .transparent }
        guard let before, let after else { return false }
        let left = Joining(of: before)
        let right = Joining(of: after)
        return (left == .left || left == .dual) && (right == .right || right == .dual)
    }
}

/// Joining_Type, as far as ``ContextRule`` tells it apart.
private enum Joining: UInt32 {
    case other = 0
    case dual = 1
    case right = 2
    case left = 3
    case transparent = 4

    init(of scalar: Unicode.Scalar) {
        self = Joining(rawValue: UnicodeTables.value(of: scalar, in: UnicodeTables.joiningTypes)) ?? .other
    }
}

/// Script, as far as ``ContextRule`` tells it apart.
private enum Script: UInt32 {
    case other = 0
    case greek = 1
    case hebrew = 2
    case hiraganaKatakanaOrHan = 3

    init(of scalar: Unicode.Scalar) {
        self = Script(rawValue: UnicodeTables.value(of: scalar, in: UnicodeTables.scripts)) ?? .other
    }
}
