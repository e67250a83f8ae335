// SPDX-License-Identifier: Apache-2.0

import Wire

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
struct HTTPDate: CustomStringConvertible {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    ]

    let description: String

    /// A moment after 1970.
    init(_ moment: Timestamp) {
        let time = CivilTime(moment)
        let weekday = Self.weekdays[Int(max(0, moment.milliseconds) / 86_400_000 % 7)]
        let month = Self.months[(time.month - 1) % 12]
        description =
            "\(weekday), \(Self.two(time.day)) \(month) \(time.year) "
            + "\(Self.two(time.hour)):\(Self.two(time.minute)):\(Self.two(time.second)) GMT"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
