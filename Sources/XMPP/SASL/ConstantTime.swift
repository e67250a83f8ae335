/// Comparison whose time doesn't tell where two byte strings differ.
enum ConstantTime {
    /// Whether the strings are equal. Their lengths aren't secret.
    static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(left, right) { difference |= a ^ b }
        return difference == 0
    }
}
