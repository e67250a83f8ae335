/// Times on the wire (SMPP 3.4 §7.1.1).
package enum SMPPTime {
    /// A relative time of days, hours, minutes and seconds, such as a validity period: `0000DDhhmmss000R`.
    ///
    /// `seconds`: 0 up to 31 days less a second; values outside become the nearer end.
    package static func relative(seconds: Int) -> String {
        let bounded = min(max(seconds, 0), 31 * 86_400 - 1)
        let fields = [0, 0, bounded / 86_400, bounded / 3_600 % 24, bounded / 60 % 60, bounded % 60]
        return fields.map(\.twoDigits).joined() + "000R"
    }

    /// Seconds of a relative time; nil for absolute and malformed ones. Months count 30 days, years 365.
    package static func seconds(relative text: String) -> Int? {
        let octets = Array(text.utf8)
        guard octets.count == 16, octets[15] == UInt8(ascii: "R") else { return nil }
        // The fifteenth is a tenth of a second.
        guard let fields = Array(octets[..<14]).digitPairs else { return nil }
        let days = fields[0] * 365 + fields[1] * 30 + fields[2]
        return ((days * 24 + fields[3]) * 60 + fields[4]) * 60 + fields[5]
    }
}
