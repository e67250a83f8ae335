/// A moment as XMPP writes it: `2026-05-01T09:30:00.250Z` (XEP-0082 §3, the DateTime profile).
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Since 1970-01-01T00:00:00Z, without leap seconds.
    package let milliseconds: Int64

    /// The first and last moments that a four-digit year can say.
    package static let earliest = Timestamp(clamped: -62_167_219_200_000)
    package static let latest = Timestamp(clamped: 253_402_300_799_999)

    private init(clamped milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Moments outside of the years 0 to 9999 become the nearest one inside.
    package init(milliseconds: Int64) {
        self.init(clamped: min(max(milliseconds, Self.earliest.milliseconds), Self.latest.milliseconds))
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

// MARK: - Printing

extension Timestamp: CustomStringConvertible {
    /// In UTC, with milliseconds if there are any.
    package var description: String {
        let (days, inDay) = milliseconds.quotientAndFloorRemainder(by: 86_400_000)
        let (year, month, day) = Self.civil(fromDays: days)
        let second = inDay / 1000
        var text = "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))T"
        text += "\(Self.padded(second / 3600, 2)):\(Self.padded(second / 60 % 60, 2)):\(Self.padded(second % 60, 2))"
        if inDay % 1000 != 0 { text += ".\(Self.padded(inDay % 1000, 3))" }
        return text + "Z"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

// MARK: - Parsing

extension Timestamp {
    /// Reads the DateTime profile: a full date, a time with or without a fraction, `Z` or an offset.
    ///
    /// Digits beyond milliseconds are cut off. Second 60 is read as the next minute's first. `nil` for all else.
    package init?(parsing text: String) {
        var scanner = DigitScanner(bytes: Array(text.utf8))
        guard let year = scanner.number(4), scanner.take("-"),
            let month = scanner.number(2), (1...12).contains(month), scanner.take("-"),
            let day = scanner.number(2), (1...Self.length(ofMonth: month, year: year)).contains(day), scanner.take("T"),
            let hour = scanner.number(2), hour <= 23, scanner.take(":"),
            let minute = scanner.number(2), minute <= 59, scanner.take(":"),
            let second = scanner.number(2), second <= 60
        else { return nil }
        var milliseconds = Self.days(year: year, month: month, day: day) * 86_400_000
        milliseconds += ((hour * 60 + minute) * 60 + second) * 1000
        if scanner.take(".") {
            guard let fraction = scanner.fraction() else { return nil }
            milliseconds += fraction
        }
        guard let offset = scanner.zoneOffset(), scanner.isAtEnd else { return nil }
        milliseconds -= offset
        guard (Self.earliest.milliseconds...Self.latest.milliseconds).contains(milliseconds) else { return nil }
        self.init(clamped: milliseconds)
    }
}

/// Reads fixed-width numbers from a short ASCII text.
private struct DigitScanner {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: scalar) else { return false }
        position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else {
            return nil
        }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }

    mutating func number(_ width: Int) -> Int64? {
        var number: Int64 = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            number = number * 10 + digit
        }
        return number
    }

    /// The digits after the point, in milliseconds; at least one.
    mutating func fraction() -> Int64? {
        guard let first = digit() else { return nil }
        var milliseconds = first * 100
        var unit: Int64 = 10
        while let digit = digit() {
            milliseconds += digit * unit
            unit /= 10
        }
        return milliseconds
    }

    /// `Z`, `+hh:mm` or `-hh:mm`, in milliseconds east of UTC.
    mutating func zoneOffset() -> Int64? {
        if take("Z") { return 0 }
        let isEast = take("+")
        guard isEast || take("-"), let hours = number(2), hours <= 23, take(":"), let minutes = number(2), minutes <= 59
        else { return nil }
        return (hours * 60 + minutes) * (isEast ? 60_000 : -60_000)
    }
}

// MARK: - The calendar

extension Timestamp {
    private static func isLeap(_ year: Int64) -> Bool {
        year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar, counting in years that begin in March so that the
    /// leap day comes last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = marchYear.quotientAndFloorRemainder(by: 400)
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The inverse of `days(year:month:day:)`.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, dayOfEra) = (days + 719_468).quotientAndFloorRemainder(by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = (monthFromMarch + 2) % 12 + 1
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    }
}

extension Int64 {
    /// Division that rounds down, so that the remainder is never negative. The divisor is a positive constant.
    fileprivate func quotientAndFloorRemainder(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
