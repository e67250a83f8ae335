// SPDX-License-Identifier: Apache-2.0

import Consent
import Store

/// What `listen.metrics` answers: whether the process lives, whether it does its work, and what it counts. No content,
/// nobody's name or number: whoever reaches the port may read it.
struct StatusResponder: WebAnswering {
    /// How long `/ready` waits for the store.
    private static let patience = Duration.seconds(2)

    private let services: Services
    private let readiness: Readiness
    private let probe: StoreProbe

    init(_ services: Services, _ readiness: Readiness) {
        self.services = services
        self.readiness = readiness
        probe = StoreProbe(services.store.writer)
    }

    func answer(to request: WebRequest) async -> WebAnswer {
        if let refusal = WebAnswer.refusal(ofBody: request) { return refusal }
        guard request.isFetching else { return .onlyFetching }
        switch request.path {
        case "/": return .words(.ok, "A Hoopoe server: /health /ready /metrics")
        case "/health": return .words(.ok, "ok")
        case "/ready":
            let obstacle = await obstacle()
            return .words(obstacle == nil ? .ok : .unavailable, obstacle ?? "ready")
        case "/metrics": return WebAnswer(media: .metrics, body: .bytes(await metrics()))
        default: return .notFound
        }
    }

    /// Why the server isn't ready; nil if it is.
    private func obstacle() async -> String? {
        if let obstacle = readiness.state.obstacle { return obstacle }
        if await probe.isAnswered(within: Self.patience) { return nil }
        // A disk that has just failed is the better reason.
        return readiness.state.obstacle
            ?? "the store has not answered within \(Self.patience.components.seconds) seconds"
    }

    private func metrics() async -> [UInt8] {
        var exposition = Exposition()
        let metrics = services.metrics
        exposition.family(
            "\(ServerMetrics.buildInfo.name)", "\(ServerMetrics.buildInfo.kind.word)",
            help: "\(ServerMetrics.buildInfo.help)")
        exposition.sample("\(ServerMetrics.buildInfo.name)", [("version", Services.version)], 1 as Int64)
        exposition.write(ServerMetrics.ready, readiness.state == .serving ? 1 : 0)
        metrics.registry.write(into: &exposition)
        exposition.write(ServerMetrics.writerQueue, Double(services.store.writer.depth))
        let waiting = try? await services.store.read { snapshot throws(StoreError) in try snapshot.waitingTextCount() }
        if let waiting { exposition.write(ServerMetrics.smsQueue, Double(waiting)) }
        let denials = services.store.vault.denials
        exposition.write(ServerMetrics.consentDenials) { denials[$0] ?? 0 }
        exposition.write(ServerMetrics.logLeaves, Double(services.store.log.size))
        ProcessFigures().write(into: &exposition)
        exposition.write(ServerMetrics.processStart, Double(metrics.began) / 1_000)
        return exposition.bytes
    }
}
