// SPDX-License-Identifier: Apache-2.0

import Testing
import Wire

@testable import Server

@Suite("A moment as HTTP writes it")
struct HTTPDateTests {
    @Test(
        "as in RFC 9110 §5.6.7 and at the edges",
        arguments: [
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (1_709_251_199_000, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (253_402_300_799_000, "Fri, 31 Dec 9999 23:59:59 GMT")
        ] as [(Int64, String)])
    func written(_ milliseconds: Int64, _ text: String) {
        #expect(HTTPDate(Timestamp(milliseconds: milliseconds)).description == text)
    }
}
