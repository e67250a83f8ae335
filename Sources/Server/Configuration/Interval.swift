// SPDX-License-Identifier: Apache-2.0

/// A length of time in seconds with up to three decimals, such as `60` or `0.2`.
package struct Interval: Sendable, Hashable, CustomStringConvertible {
    package let milliseconds: Int

    package init(milliseconds: Int) {
        self.milliseconds = milliseconds
    }

    /// Refuses anything but digits, and after a point one to three more; and more than a day.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let whole = Self.number(parts[0], digits: 1...5) else { return nil }
        var milliseconds = whole * 1_000
        if parts.count == 2 {
            guard let fraction = Self.number(parts[1], digits: 1...3) else { return nil }
            milliseconds += fraction * [100, 10, 1][parts[1].utf8.count - 1]
        }
        guard milliseconds <= 86_400_000 else { return nil }
        self.milliseconds = milliseconds
    }

    package var duration: Duration { .milliseconds(milliseconds) }

    package var description: String {
        let fraction = milliseconds % 1_000
        guard fraction > 0 else { return "\(milliseconds / 1_000)" }
        var digits = "\(fraction)"
        digits = String(repeating: "0", count: 3 - digits.utf8.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(milliseconds / 1_000).\(digits)"
    }

    private static func number(_ digits: Substring, digits count: ClosedRange<Int>) -> Int? {
        guard count.contains(digits.utf8.count), digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            return nil
        }
        return Int(digits)
    }
}
