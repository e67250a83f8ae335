// SPDX-License-Identifier: Apache-2.0

import CoreMetrics
import Store
import XMPP

/// What a running server counts. Each series is made once, so that an event costs an atomic addition or two.
final class ServerMetrics: Sendable {
    let registry = MetricsRegistry(ServerMetrics.counted)
    /// When counting began, milliseconds since 1970.
    let began = WallClock.system.now()
    private let received: Labelled<StanzaLabel, Counter>
    private let sent: Labelled<StanzaLabel, Counter>
    private let logins: Labelled<LoginLabel, Counter>
    private let open: Labelled<ListenerLabel, Meter>
    private let accepted: Labelled<ListenerLabel, Counter>
    private let throttles: Labelled<ThrottleLabel, Counter>
    private let texts: Labelled<TextLabel, Counter>
    private let incomingTexts: Counter
    private let sessions: Meter
    private let outboxes: Meter
    private let batch: Recorder
    private let commit: Timer

    init() {
        let registry = registry
        func counter(_ family: MetricFamily, _ labels: [(String, String)] = []) -> Counter {
            Counter(label: "\(family.name)", dimensions: labels, factory: registry)
        }
        func meter(_ family: MetricFamily, _ labels: [(String, String)] = []) -> Meter {
            Meter(label: "\(family.name)", dimensions: labels, factory: registry)
        }
        received = Labelled(by: StanzaLabel.self) { counter(Self.stanzasReceived, $0) }
        sent = Labelled(by: StanzaLabel.self) { counter(Self.stanzasSent, $0) }
        logins = Labelled(by: LoginLabel.self) { counter(Self.loginsTotal, $0) }
        open = Labelled(by: ListenerLabel.self) { meter(Self.connectionsOpen, $0) }
        accepted = Labelled(by: ListenerLabel.self) { counter(Self.connectionsTotal, $0) }
        throttles = Labelled(by: ThrottleLabel.self) { counter(Self.throttled, $0) }
        texts = Labelled(by: TextLabel.self) { counter(Self.smsTexts, $0) }
        incomingTexts = counter(Self.smsIncoming)
        sessions = meter(Self.sessionsOpen)
        outboxes = meter(Self.outboxStanzas)
        batch = Recorder(label: "\(Self.commitJobs.name)", factory: registry)
        commit = Timer(label: "\(Self.commitSeconds.name)", factory: registry)
    }

    // MARK: Connections and sessions

    func connected(to listener: ListenerLabel) {
        open[listener].increment()
        accepted[listener].increment()
    }

    func disconnected(from listener: ListenerLabel) { open[listener].decrement() }

    /// A limit turned somebody away.
    func throttled(_ limit: ThrottleLabel) { throttles[limit].increment() }

    func loggedIn() { logins[.ok].increment() }

    /// So many attempts to log in failed.
    func refusedLogins(_ count: Int) { logins[.refused].increment(by: count) }

    func sessionBegan() { sessions.increment() }

    func sessionEnded() { sessions.decrement() }

    // MARK: Stanzas

    func received(_ kind: Stanza.Kind) { received[StanzaLabel(kind)].increment() }

    /// A stanza leaves for a client.
    func sent(_ bytes: [UInt8]) {
        if let kind = StanzaLabel(written: bytes) { sent[kind].increment() }
    }

    /// So many more stanzas wait in outboxes for their clients' acknowledgements, or fewer.
    func outboxesGrew(by count: Int) { outboxes.increment(by: Double(count)) }

    // MARK: The store

    /// On the writer's thread.
    func committed(_ batch: CommittedBatch) {
        self.batch.record(batch.jobs)
        commit.recordNanoseconds(batch.nanoseconds)
    }

    // MARK: SMS

    /// A text to the phone network reached this state as a whole.
    func text(_ state: TextLabel) { texts[state].increment() }

    func textReceived() { incomingTexts.increment() }
}
