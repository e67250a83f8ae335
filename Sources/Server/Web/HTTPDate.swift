// SPDX-License-Identifier: Apache-2.0

import XMPP

/// A moment as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
struct HTTPDate: CustomStringConvertible {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    ]

    let description: String

    /// A moment after 1970.
    init(_ moment: Timestamp) {
        // 1994-11-06T08:49:37.000Z
        let date = moment.description.prefix(10).split(separator: "-")
        let time = moment.description.dropFirst(11).prefix(8)
        let day = max(0, moment.milliseconds / 86_400_000)
        let month = date.count == 3 ? (Int(date[1]) ?? 1) : 1
        let weekday = Self.weekdays[Int(day % 7)]
        description =
            date.count == 3 ? "\(weekday), \(date[2]) \(Self.months[(month - 1) % 12]) \(date[0]) \(time) GMT" : ""
    }
}
