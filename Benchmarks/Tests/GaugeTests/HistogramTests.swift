import Testing

@testable import Gauge

@Suite struct HistogramTests {
    @Test func `small values are exact`() {
        var histogram = Histogram()
        for value in UInt64(0)..<100 { histogram.record(value) }
        #expect(histogram.count == 100)
        #expect(histogram.quantile(0.5) == 49)
        #expect(histogram.quantile(0.99) == 98)
        #expect(histogram.quantile(1) == 99)
        #expect(histogram.longest == 99)
    }

    @Test(arguments: (7...63).map { UInt64(1) << $0 }) func `no bucket is wider than a part in 128`(power: UInt64) {
        for value in [power - 1, power, power + power / 3, power + (power - 1)] {
            var histogram = Histogram()
            histogram.record(value)
            histogram.record(.max)
            let found = histogram.quantile(0.5)
            #expect(found >= value)
            #expect(found - value <= value / 128)
        }
    }

    @Test func `two together are as one`() {
        var (left, right, all) = (Histogram(), Histogram(), Histogram())
        for value in stride(from: UInt64(1), to: 5_000_000, by: 12_345) {
            value.isMultiple(of: 2) ? left.record(value) : right.record(value)
            all.record(value)
        }
        left.add(right)
        #expect(left == all)
    }

    @Test func `nothing recorded is 0`() {
        #expect(Histogram().quantile(0.99) == 0)
    }
}
