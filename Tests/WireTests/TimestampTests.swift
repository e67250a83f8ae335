import Testing

@testable import Wire

@Suite struct TimestampTests {
    struct Row: Sendable {
        let text: String
        let milliseconds: Int64
    }

    static let printed = [
        Row(text: "1970-01-01T00:00:00Z", milliseconds: 0),
        Row(text: "1969-12-31T23:59:59.999Z", milliseconds: -1),
        Row(text: "1969-07-21T02:56:15Z", milliseconds: -14_159_025_000),
        Row(text: "2000-02-29T12:00:00Z", milliseconds: 951_825_600_000),
        Row(text: "1900-03-01T00:00:00Z", milliseconds: -2_203_891_200_000),
        Row(text: "2024-12-31T23:59:59.050Z", milliseconds: 1_735_689_599_050),
        Row(text: "2038-01-19T03:14:08Z", milliseconds: 2_147_483_648_000),
        Row(text: "0000-01-01T00:00:00Z", milliseconds: -62_167_219_200_000),
        Row(text: "9999-12-31T23:59:59.999Z", milliseconds: 253_402_300_799_999)
    ]

    @Test(arguments: printed) func `prints and reads`(_ row: Row) {
        #expect(Timestamp(milliseconds: row.milliseconds).description == row.text)
        #expect(Timestamp(parsing: row.text)?.milliseconds == row.milliseconds)
    }

    static let read = [
        Row(text: "1969-07-20T21:56:15-05:00", milliseconds: -14_159_025_000),
        Row(text: "1970-01-01T05:30:00+05:30", milliseconds: 0),
        Row(text: "1970-01-01T00:00:00.1Z", milliseconds: 100),
        Row(text: "1970-01-01T00:00:00.123456789012345678901234567890Z", milliseconds: 123),
        Row(text: "2016-12-31T23:59:60Z", milliseconds: 1_483_228_800_000)
    ]

    @Test(arguments: read) func `reads what it doesn't print`(_ row: Row) {
        #expect(Timestamp(parsing: row.text)?.milliseconds == row.milliseconds)
    }

    @Test(arguments: [
        "", "2024", "2024-01-01", "2024-01-01T00:00:00", "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z",
        "2023-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-01-00T00:00:00Z",
        "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z", "2024-01-01T00:00:00.Z",
        "2024-01-01T00:00:00+25:00", "2024-01-01T00:00:00+0100", "2024-01-01T00:00:00ZZ", "2024-01-01 00:00:00Z",
        "-024-01-01T00:00:00Z", "2024-01-01t00:00:00z", "٢٠٢٤-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00",
        "0000-01-01T00:00:00+01:00", "2024-01-01T00:00:00,5Z"
    ])
    func `refuses`(_ text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test func `every day of four centuries prints and reads back`() {
        var day: Int64 = -135_140 * 86_400_000
        for _ in 0..<146_097 {
            let stamp = Timestamp(milliseconds: day)
            guard Timestamp(parsing: stamp.description) == stamp else {
                Issue.record("\(day)")
                return
            }
            day += 86_400_000
        }
    }

    @Test func `moments beyond four digits of year become the nearest`() {
        #expect(Timestamp(milliseconds: .max) == .latest)
        #expect(Timestamp(milliseconds: .min) == .earliest)
    }
}
