/// A receipt's date in the carrier's own time zone, which it doesn't tell.
package struct ReceiptDate: Hashable, Sendable {
    /// 2000 and later.
    package var year: Int
    package var month: Int
    package var day: Int
    package var hour: Int
    package var minute: Int
    package var second: Int

    package init(year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int = 0) {
        self.year = year
        self.month = month
        self.day = day
        self.hour = hour
        self.minute = minute
        self.second = second
    }

    /// `YYMMDDhhmm` or `YYMMDDhhmmss`; nil for placeholders and impossible dates.
    package init?(_ text: String) {
        guard let pairs = Array(text.utf8).digitPairs, pairs.count == 5 || pairs.count == 6 else { return nil }
        self.init(
            year: 2000 + pairs[0], month: pairs[1], day: pairs[2], hour: pairs[3], minute: pairs[4],
            second: pairs.count == 6 ? pairs[5] : 0)
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61 else {
            return nil
        }
    }

    /// `YYMMDDhhmm`.
    package var spelling: String {
        [year % 100, month, day, hour, minute].map(\.twoDigits).joined()
    }
}
