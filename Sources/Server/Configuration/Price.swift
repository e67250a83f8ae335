// SPDX-License-Identifier: Apache-2.0

/// An amount in the operator's own currency, counted in ten-thousandths so that a segment's price is exact.
package struct Price: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The largest amount a configuration may name: 100 million.
    private static let largestWhole = 100_000_000

    package let tenThousandths: Int

    package init(tenThousandths: Int) { self.tenThousandths = tenThousandths }

    /// Reads `12`, `0.05` or `0.0375`: digits, then at most four decimals; nil otherwise.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, Self.isDigits(first), let whole = Int(first), whole <= Self.largestWhole else {
            return nil
        }
        guard parts.count == 2 else {
            self.init(tenThousandths: whole * 10_000)
            return
        }
        guard Self.isDigits(parts[1]), parts[1].utf8.count <= 4,
            let fraction = Int(parts[1] + String(repeating: "0", count: 4 - parts[1].utf8.count))
        else { return nil }
        self.init(tenThousandths: whole * 10_000 + fraction)
    }

    package var description: String {
        let fraction = String(tenThousandths % 10_000)
        var decimals = Substring(String(repeating: "0", count: 4 - fraction.utf8.count) + fraction)
        while decimals.utf8.count > 2, decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(tenThousandths / 10_000).\(decimals)"
    }

    package static func < (left: Price, right: Price) -> Bool { left.tenThousandths < right.tenThousandths }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
