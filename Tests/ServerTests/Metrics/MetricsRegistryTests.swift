// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Testing
import XMPP

@testable import Server

@Suite("The metrics that are made")
struct MetricsRegistryTests {
    private static let families = [
        MetricFamily(name: "c_total", kind: .counter, help: "Counts."),
        MetricFamily(name: "g", kind: .gauge, help: "Goes up and down."),
        MetricFamily(name: "h", kind: .histogram([1, 2.5, 10]), help: "Lies somewhere.")
    ]

    private let registry = MetricsRegistry(MetricsRegistryTests.families)

    private var written: String {
        var exposition = Exposition()
        registry.write(into: &exposition)
        return String(decoding: exposition.bytes, as: UTF8.self)
    }

    @Test("what nobody made isn't written")
    func empty() { #expect(written == "") }

    @Test("counters rise, never fall, and are one for the same labels")
    func counters() {
        let counter = Counter(label: "c_total", dimensions: [("l", "a")], factory: registry)
        counter.increment()
        Counter(label: "c_total", dimensions: [("l", "a")], factory: registry).increment(by: 41)
        counter.increment(by: -7)
        Counter(label: "c_total", dimensions: [("l", "b")], factory: registry).increment(by: 2)
        #expect(
            written == """
                # HELP c_total Counts.
                # TYPE c_total counter
                c_total{l="a"} 42
                c_total{l="b"} 2

                """)
    }

    @Test("gauges go both ways")
    func gauges() {
        let meter = Meter(label: "g", factory: registry)
        meter.increment(by: 2.5)
        meter.decrement()
        #expect(written.hasSuffix("# TYPE g gauge\ng 1.5\n"))
        meter.set(7)
        #expect(written.hasSuffix("\ng 7\n"))
    }

    @Test("a histogram's buckets add up, a bound belongs to its bucket, and the count is that of the last")
    func histograms() {
        let recorder = Recorder(label: "h", factory: registry)
        for value in [0.5, 1, 1.0001, 2.5, 9, 10, 11, .infinity, .nan] { recorder.record(value) }
        #expect(
            written == """
                # HELP h Lies somewhere.
                # TYPE h histogram
                h_bucket{le="1"} 2
                h_bucket{le="2.5"} 4
                h_bucket{le="10"} 6
                h_bucket{le="+Inf"} 7
                h_sum 35.0001
                h_count 7

                """)
    }

    @Test("times are in seconds")
    func times() {
        CoreMetrics.Timer(label: "h", factory: registry).recordNanoseconds(2_000_000_000)
        #expect(written.contains("h_bucket{le=\"1\"} 0\nh_bucket{le=\"2.5\"} 1\n") && written.contains("h_sum 2\n"))
    }

    @Test("what isn't declared, or declared as something else, counts nothing")
    func undeclared() {
        Counter(label: "other_total", dimensions: [("jid", "ada@example.org")], factory: registry).increment()
        Counter(label: "g", factory: registry).increment()
        Meter(label: "c_total", factory: registry).set(1)
        Recorder(label: "c_total", factory: registry).record(1)
        #expect(written == "")
    }

    @Test("a family has so many series and no more")
    func bounded() {
        for number in 0..<1_000 {
            Counter(label: "c_total", dimensions: [("l", "\(number)")], factory: registry).increment()
        }
        #expect(written.split(separator: "\n").count == 2 + 64)
    }

    @Test("nothing is lost between threads")
    func threads() async {
        let (counter, meter) = (Counter(label: "c_total", factory: registry), Meter(label: "g", factory: registry))
        let recorder = Recorder(label: "h", factory: registry)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { @concurrent in
                    for _ in 0..<10_000 {
                        counter.increment()
                        meter.increment()
                        recorder.record(2)
                    }
                }
            }
        }
        #expect(written.contains("c_total 80000\n") && written.contains("g 80000\n"))
        #expect(written.contains("h_sum 160000\nh_count 80000\n"))
    }

    @Test("every declared metric has a name and help of its own, counters end in _total")
    func declared() {
        let families = ServerMetrics.counted
        #expect(Set(families.map { "\($0.name)" }).count == families.count)
        for family in families {
            #expect("\(family.name)".hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect("\(family.help)".hasSuffix("."))
            if case .histogram(let bounds) = family.kind { #expect(bounds == bounds.sorted()) }
        }
    }

    @Test(
        "a stanza is told by its beginning",
        arguments: [
            ("<message to='a'/>", .message), ("<presence/>", .presence), ("<iq id='1'/>", .iq), ("<r xmlns=''/>", nil),
            ("", nil)
        ] as [(String, StanzaLabel?)])
    func kinds(_ text: String, _ kind: StanzaLabel?) {
        #expect(StanzaLabel(written: Array(text.utf8)) == kind)
    }

    @Test("each event is counted in its series")
    func events() {
        let metrics = ServerMetrics()
        metrics.connected(to: .xmpps)
        metrics.connected(to: .xmpps)
        metrics.disconnected(from: .xmpps)
        metrics.received(.message)
        metrics.sent(Array("<presence/>".utf8))
        metrics.loggedIn()
        metrics.refusedLogins(3)
        metrics.sessionBegan()
        metrics.outboxesGrew(by: 5)
        metrics.outboxesGrew(by: -2)
        metrics.text(.spared)
        var exposition = Exposition()
        metrics.registry.write(into: &exposition)
        let text = String(decoding: exposition.bytes, as: UTF8.self)
        for line in [
            "hoopoe_connections_open{listener=\"xmpps\"} 1", "hoopoe_connections_total{listener=\"xmpps\"} 2",
            "hoopoe_stanzas_received_total{kind=\"message\"} 1", "hoopoe_stanzas_sent_total{kind=\"presence\"} 1",
            "hoopoe_logins_total{outcome=\"ok\"} 1", "hoopoe_logins_total{outcome=\"refused\"} 3",
            "hoopoe_sessions_open 1",
            "hoopoe_outbox_stanzas 3", "hoopoe_sms_texts_total{state=\"spared\"} 1",
            "hoopoe_sms_texts_total{state=\"failed\"} 0"
        ] {
            #expect(text.contains(line + "\n"), "\(line)")
        }
    }

    @Test("the process knows itself")
    func process() {
        let figures = ProcessFigures()
        #expect((figures.cpuSeconds ?? -1) >= 0)
        #expect((figures.residentBytes ?? 0) > 1_000_000 && (figures.virtualBytes ?? 0) > figures.residentBytes ?? 0)
        #expect((figures.openDescriptors ?? 0) > 2 && (figures.descriptorLimit ?? 0) > figures.openDescriptors ?? 0)
    }
}
