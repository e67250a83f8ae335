// SPDX-License-Identifier: Apache-2.0

import Wire

/// A moment's numbers in UTC.
struct CivilTime: Equatable, Sendable {
    let year, month, day, hour, minute, second: Int

    init(_ moment: Timestamp) {
        // 1994-11-06T08:49:37.250Z: widths and places are fixed.
        let text = Array(moment.description.utf8)
        func number(_ range: Range<Int>) -> Int {
            text[range].reduce(0) { $0 * 10 + Int($1) - Int(UInt8(ascii: "0")) }
        }
        year = number(0..<4)
        month = number(5..<7)
        day = number(8..<10)
        hour = number(11..<13)
        minute = number(14..<16)
        second = number(17..<19)
    }
}
