extension JSON {
    /// A number: a finite double (RFC 7493 §2.2). Minus zero is zero.
    package struct Number: Hashable, Sendable {
        package let value: Double

        /// Refuses infinities and what is no number.
        package init?(_ value: Double) {
            guard value.isFinite else { return nil }
            self.value = value == 0 ? 0 : value
        }

        /// Refuses what some reader would round: anything beyond ±(2^53 - 1).
        package init?(exactly integer: some BinaryInteger) {
            guard let small = Int64(exactly: integer), Self.exact.contains(small) else { return nil }
            value = Double(small)
        }

        /// The number as an integer, if it is a whole one from -(2^53 - 1) to 2^53 - 1.
        package var integer: Int64? {
            guard let integer = Int64(exactly: value), Self.exact.contains(integer) else { return nil }
            return integer
        }

        private static let exact: ClosedRange<Int64> = -9_007_199_254_740_991...9_007_199_254_740_991

        /// As ECMAScript writes it (ECMA-262, Number::toString): the fewest digits that mean this double and no other.
        var text: String {
            if let integer { return integer.description }
            let (digits, point) = Self.decimal(value.magnitude)
            let sign = value < 0 ? "-" : ""
            switch point {
            case digits.count...21 where point >= 1:
                return sign + digits + String(repeating: "0", count: point - digits.count)
            case 1...21:
                return "\(sign)\(digits.prefix(point)).\(digits.dropFirst(point))"
            case -5...0:
                return "\(sign)0." + String(repeating: "0", count: -point) + digits
            default:
                let fraction = digits.count > 1 ? ".\(digits.dropFirst())" : ""
                let exponent = point - 1
                return "\(sign)\(digits.prefix(1))\(fraction)e\(exponent < 0 ? "-" : "+")\(exponent.magnitude)"
            }
        }

        /// The shortest digits of a positive double without zeros at either end, and how many of them (or of zeros to be
        /// added, or before them if negative) stand before the decimal point.
        private static func decimal(_ value: Double) -> (digits: String, point: Int) {
            // Swift's description has the digits that ECMAScript asks for, only laid out in another way.
            let parts = value.description.split(separator: "e", maxSplits: 1)
            let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
            let mantissa = parts[0].split(separator: ".", maxSplits: 1)
            let whole = mantissa[0]
            let all = whole + (mantissa.count == 2 ? mantissa[1] : "")
            let leading = all.prefix { $0 == "0" }.count
            var digits = all.dropFirst(leading)
            while digits.last == "0" { digits.removeLast() }
            return (String(digits), whole.count - leading + exponent)
        }
    }
}
