import Testing

@testable import Gauge

@Suite struct ArrivalsTests {
    private func after(_ numbers: [UInt32]) -> Arrivals {
        var arrivals = Arrivals()
        for number in numbers { _ = arrivals.arrived(number) }
        return arrivals
    }

    @Test func `in order, nothing is wrong`() {
        let arrivals = after([0, 1, 2, 3])
        #expect(arrivals.received == 4)
        #expect((arrivals.lost(of: 4), arrivals.duplicated, arrivals.reordered) == (0, 0, 0))
        #expect(arrivals.lost(of: 6) == 2)
    }

    @Test func `a hole is lost until it is filled, and late then`() {
        #expect(after([0, 3]).lost(of: 4) == 2)
        let filled = after([0, 3, 1, 2])
        #expect((filled.lost(of: 4), filled.duplicated, filled.reordered) == (0, 0, 2))
    }

    @Test func `what comes again is counted once`() {
        let arrivals = after([0, 0, 2, 1, 1])
        #expect(arrivals.received == 3)
        #expect((arrivals.lost(of: 3), arrivals.duplicated, arrivals.reordered) == (0, 2, 1))
    }
}
