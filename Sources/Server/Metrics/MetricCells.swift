// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// Where one series' numbers are kept; changed by any thread, without locks.
protocol MetricCell: AnyObject, Sendable {
    /// Writes its samples under these labels.
    func write(into exposition: inout Exposition, as name: String, _ labels: [(String, String)])
}

/// A number that only rises.
final class CounterCell: MetricCell, CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.wrappingAdd(max(amount, 0), ordering: .relaxed) }

    func reset() { count.store(0, ordering: .relaxed) }

    func write(into exposition: inout Exposition, as name: String, _ labels: [(String, String)]) {
        exposition.sample(name, labels, value)
    }
}

/// A number that goes up and down.
final class GaugeCell: MetricCell, MeterHandler, RecorderHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func increment(by amount: Double) {
        var seen = bits.load(ordering: .relaxed)
        while true {
            let sum = Double(bitPattern: seen) + amount
            let result = bits.weakCompareExchange(expected: seen, desired: sum.bitPattern, ordering: .relaxed)
            if result.exchanged { return }
            seen = result.original
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }

    func record(_ value: Int64) { set(value) }

    func record(_ value: Double) { set(value) }

    func write(into exposition: inout Exposition, as name: String, _ labels: [(String, String)]) {
        exposition.sample(name, labels, value)
    }
}

/// How often values lay where. Times are in seconds.
final class HistogramCell: MetricCell, RecorderHandler, TimerHandler {
    private let bounds: [Double]
    /// One for each bound and one for what lies above all.
    private let counts: [CounterCell]
    private let sum = GaugeCell()

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = (0...bounds.count).map { _ in CounterCell() }
    }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard value.isFinite else { return }
        var place = 0
        while place < bounds.count, value > bounds[place] { place += 1 }
        counts[place].increment(by: 1)
        sum.increment(by: value)
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func write(into exposition: inout Exposition, as name: String, _ labels: [(String, String)]) {
        var below: Int64 = 0
        for (bound, count) in zip(bounds, counts) {
            below += count.value
            exposition.sample("\(name)_bucket", labels + [("le", Exposition.number(bound))], below)
        }
        below += counts.last?.value ?? 0
        exposition.sample("\(name)_bucket", labels + [("le", "+Inf")], below)
        exposition.sample("\(name)_sum", labels, sum.value)
        exposition.sample("\(name)_count", labels, below)
    }
}
