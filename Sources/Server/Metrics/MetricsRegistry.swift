// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Synchronization

/// Makes the metrics that were declared, and no others, and writes them out.
///
/// What somebody asks of it that isn't declared, or is declared as another kind, counts nothing: no dependency can bring
/// metrics of its own, whose labels nobody here has looked at. It isn't installed process-wide for the same reason.
final class MetricsRegistry: MetricsFactory {
    private struct Series: Sendable {
        let labels: [(String, String)]
        let cell: any MetricCell
    }

    /// The most series of one family.
    private static let seriesLimit = 64

    private let families: [MetricFamily]
    /// By the place of the family.
    private let series: Mutex<[[Series]]>

    init(_ families: [MetricFamily]) {
        self.families = families
        series = Mutex(families.map { _ in [] })
    }

    /// Writes all families in the order of their declaration, and their series in the order in which they were made.
    func write(into exposition: inout Exposition) {
        let series = series.withLock { $0 }
        for (family, all) in zip(families, series) where !all.isEmpty {
            let name = "\(family.name)"
            exposition.family(name, "\(family.kind.word)", help: "\(family.help)")
            for one in all { one.cell.write(into: &exposition, as: name, one.labels) }
        }
    }

    // MARK: MetricsFactory

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        cell(label, dimensions) { kind in kind == .counter ? CounterCell() : nil } ?? NOOPMetricsHandler.instance
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        cell(label, dimensions) { kind in kind == .gauge ? GaugeCell() : nil } ?? NOOPMetricsHandler.instance
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        if aggregate { return histogram(label, dimensions) ?? NOOPMetricsHandler.instance }
        return cell(label, dimensions) { kind in kind == .gauge ? GaugeCell() : nil } ?? NOOPMetricsHandler.instance
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(label, dimensions) ?? NOOPMetricsHandler.instance
    }

    func destroyCounter(_ handler: any CounterHandler) { drop(handler) }

    func destroyMeter(_ handler: any MeterHandler) { drop(handler) }

    func destroyRecorder(_ handler: any RecorderHandler) { drop(handler) }

    func destroyTimer(_ handler: any TimerHandler) { drop(handler) }

    private func histogram(_ label: String, _ dimensions: [(String, String)]) -> HistogramCell? {
        cell(label, dimensions) { kind in
            if case .histogram(let bounds) = kind { HistogramCell(bounds: bounds) } else { nil }
        }
    }

    /// The cell of a declared series, made when it is first asked for; nil if it isn't declared so.
    private func cell<Cell: MetricCell>(
        _ label: String, _ labels: [(String, String)], _ make: (MetricFamily.Kind) -> Cell?
    ) -> Cell? {
        guard let place = families.firstIndex(where: { "\($0.name)" == label }) else { return nil }
        return series.withLock { series in
            if let known = series[place].first(where: { $0.labels.elementsEqual(labels, by: ==) }) {
                return known.cell as? Cell
            }
            guard series[place].count < Self.seriesLimit, let cell = make(families[place].kind) else { return nil }
            series[place].append(Series(labels: labels, cell: cell))
            return cell
        }
    }

    private func drop(_ handler: AnyObject) {
        series.withLock { series in
            for place in series.indices { series[place].removeAll { $0.cell === handler } }
        }
    }
}

/// The series of one family, made once: one for each value of the label.
struct Labelled<Label: MetricLabel & RawRepresentable, Metric: Sendable>: Sendable where Label.RawValue == Int {
    private let metrics: [Metric]

    /// `make` gets the dimensions of each series.
    init(by _: Label.Type, _ make: ([(String, String)]) -> Metric) {
        metrics = Label.allCases.sorted { $0.rawValue < $1.rawValue }
            .map { make([("\(Label.name)", "\($0.value)")]) }
    }

    subscript(label: Label) -> Metric { metrics[label.rawValue] }
}
