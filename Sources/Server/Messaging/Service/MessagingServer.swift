// SPDX-License-Identifier: Apache-2.0

import Consent
package import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
package import Store
import Wire
import XMPP

/// XMPP for the people of one domain, and HTTPS for what anybody may fetch: listens, serves, drains.
package struct MessagingServer: Service {
    /// The program's version.
    package static let version = Services.version

    private let configuration: Configuration
    package let store: RegionStore
    package let departures: Departures
    private let accounts: Accounts
    /// Where terms are published.
    package let terms: TermsDesk
    private let unsent = UnsentTexts()
    private let fallbacks: Fallbacks
    private let domain: JID
    /// The certificate that new connections get.
    package let tls: TLSFiles
    private let log: Logger
    private let onReady: @Sendable ([String: Endpoint]) -> Void
    private let diskFailure: DiskFailure
    private let exports = ExportLinks()
    private let metrics: ServerMetrics
    private let wakes = WakeHold()
    private let readiness: Readiness
    /// What happened to messages lately.
    package let traces = TraceMemory()

    /// `onReady` is told once, when connections are accepted: the addresses actually bound, as `xmpp`,
    /// `xmpps` and, unless they are switched off, `https` and `metrics`.
    package init(
        _ configuration: Configuration, tls: TLSFiles, logger: Logger,
        onReady: @escaping @Sendable ([String: Endpoint]) -> Void
    ) throws {
        self.configuration = configuration
        self.onReady = onReady
        log = logger
        self.tls = tls
        var settings = Writer.Settings()
        settings.windowDays = Int32(clamping: configuration.window.days)
        let (failure, readiness, metrics, wakes) = (DiskFailure(), Readiness(), ServerMetrics(), wakes)
        (diskFailure, self.readiness, self.metrics) = (failure, readiness, metrics)
        guard let region = Region(configuration.region) else { throw StoreError.missing("region") }
        store = try RegionStore(
            folder: configuration.folder, region: region, issuer: Issuer(domain: configuration.domain),
            settings: settings, answering: { wakes.gather($0) }, batchCommitted: { metrics.committed($0) },
            failed: { error in
                readiness.become(.failed)
                failure.happened(error)
            })
        domain = try JID(local: nil, domain: configuration.domain)
        accounts = Accounts(domain: domain, store: store)
        fallbacks = Fallbacks(try store.reader.read { snapshot throws(StoreError) in try snapshot.waitingTexts() })
        terms = TermsDesk(
            store: store, domain: domain, accounts: accounts, unsent: unsent, fallbacks: fallbacks, log: logger)
        departures = Departures(
            store: store, accounts: accounts, exports: exports, unsent: unsent, fallbacks: fallbacks, domain: domain)
    }

    package func run() async throws {
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await serve())
        } catch {
            outcome = .failure(error)
        }
        await store.closeInBackground()
        try outcome.get()
    }

    private func serve() async throws {
        let loops = configuration.limits.eventLoops
        let group = MultiThreadedEventLoopGroup(numberOfThreads: loops > 0 ? loops : System.coreCount)
        let slowThreads = NIOThreadPool(numberOfThreads: max(1, System.coreCount))
        slowThreads.start()
        let services = try services(group: group, slowThreads: slowThreads)
        let web = web(services)
        let status = status(services)
        let texting = Task {
            try await TextingService(services.texting, events: PhoneNetworkEvents(services: services)).run()
        }
        defer { texting.cancel() }
        var chores: [Task<Void, Never>] = []
        let outcome: Result<Void, any Error>
        let statusServing = Task { await status?.run() ?? () }
        var statusChannel: (any Channel)?
        do {
            // Whoever asks hears that it starts, and later that it stops: first to open, last to close.
            statusChannel = try await listen(status, group)
            // Whose time of grace ended while nobody served finds no account any more.
            try await departures.endDue(by: services.now.milliseconds)
            chores = [
                Task { await keepHouse(services) }, Task { await followTerms() }, Task { await publishLog() },
                Task { await tls.watch() }
            ]
            let channels = try await listen(services, web, group, status: statusChannel)
            readiness.become(.serving)
            let serving = Task { await web?.run() ?? () }
            let failure = await waitForEnd()
            readiness.become(.stopping)
            for channel in channels { try? await channel.close() }
            await drain(services)
            await web?.stop(serving)
            // What is on its way to the phone network is answered first, unless the disk can't keep the answers.
            if failure == nil { try await texting.value }
            outcome = failure.map { .failure($0) } ?? .success(())
        } catch {
            outcome = .failure(error)
        }
        // Nobody may read the files when they are closed, so the chores end first; what they still want is refused.
        for chore in chores { chore.cancel() }
        store.writer.close()
        for chore in chores { await chore.value }
        try? await statusChannel?.close()
        await status?.stop(statusServing)
        try? await group.shutdownGracefully()
        try? await slowThreads.shutdownGracefully()
        try outcome.get()
    }

    /// Finishes what an interrupted publication left to do, and says so if this program brings other terms than those
    /// in force.
    private func followTerms() async {
        if !store.vault.terms.saysTheSame(as: .shipped) {
            log.notice(
                "this program brings other terms than those in force; hoopoe terms diff shows what would change",
                metadata: ["version": "\(store.vault.terms.version)"])
        }
        do throws(StoreError) {
            try await terms.switchOff()
        } catch {
            guard !Task.isCancelled else { return }
            log.error("people whose terms changed can't be switched off", metadata: ["reason": "\(error)"])
        }
    }

    /// Lets go of what has had its time, at start and every hour.
    private func keepHouse(_ services: Services) async {
        while !Task.isCancelled {
            do throws(StoreError) {
                try await departures.endDue(by: services.now.milliseconds)
                try await store.writer.sweep()
                try await store.writer.reclaim()
                try await services.remindLeavers()
            } catch {
                // A read that ends because the server does isn't the disk's doing, and the next start does it all.
                guard !Task.isCancelled else { return }
                log.error("what has had its time can't be deleted", metadata: ["reason": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(3600))
        }
    }

    /// Publishes the log every `log.interval`, and has uses of permits written down every second. The last leaves are published
    /// when the store is closed.
    private func publishLog() async {
        let interval = configuration.log.interval.duration
        let clock = ContinuousClock()
        var due = clock.now
        while !Task.isCancelled {
            store.writer.keepUses()
            if clock.now >= due {
                do throws(StoreError) {
                    try await store.log.publishInBackground()
                } catch {
                    guard !Task.isCancelled else { return }
                    log.error("the log can't be published", metadata: ["reason": "\(error)"])
                }
                due = clock.now + interval
            }
            try? await clock.sleep(until: min(due, clock.now + .seconds(1)))
        }
    }

    /// Whether the store commits and tells so within `patience`.
    package func isAlive(within patience: Duration) async -> Bool {
        await StoreProbe(store.writer).isAnswered(within: patience)
    }

    /// Until the operator or the disk ends it.
    private func waitForEnd() async -> StoreError? {
        await withTaskGroup(of: StoreError?.self) { tasks in
            tasks.addTask { [diskFailure] in await diskFailure.wait() }
            tasks.addTask {
                try? await gracefulShutdown()
                return nil
            }
            let first = await tasks.next() ?? nil
            tasks.cancelAll()
            return first
        }
    }

    /// Tells every client to come back later, and gives the last words time to leave.
    private func drain(_ services: Services) async {
        for account in services.accounts.connected {
            for session in account.withState({ Array($0.sessions.values) }) {
                session.post { $0.shutDown() }
            }
        }
        try? await Task.sleep(for: .milliseconds(200))
    }

    // MARK: Setting up

    func services(group: any EventLoopGroup, slowThreads: NIOThreadPool) throws -> Services {
        let info = DiscoInfo.server()
        return Services(
            configuration: configuration, domain: domain, store: store,
            accounts: accounts, mailboxes: Mailboxes(group: group, traces: traces, hold: wakes), tls: tls, log: log,
            stream: ClientStream.Configuration(
                domain: domain.domain, decoySecret: store.vault.decoySecret,
                iterations: configuration.scram.iterations, furtherFeatures: info.capabilities),
            stanzaLimits: XMLLimits(stanzaBytes: configuration.limits.stanzaBytes), serverInfo: info,
            slowThreads: slowThreads, texting: try texting(group),
            departures: departures, exports: exports,
            fallbacks: fallbacks, unsent: unsent, metrics: metrics, traces: traces)
    }

    /// Health and metrics, if they are asked for.
    private func status(_ services: Services) -> WebServer? {
        configuration.listen.metrics.map { _ in
            WebServer(WebWriting(responder: StatusResponder(services, readiness)), tls: nil)
        }
    }

    private func listen(_ status: WebServer?, _ group: any EventLoopGroup) async throws -> (any Channel)? {
        guard let status, let endpoint = configuration.listen.metrics else { return nil }
        if !endpoint.isLoopback {
            log.warning("health and metrics are served beyond this machine, in plain HTTP")
        }
        return try await Self.listen("metrics", at: endpoint) { try await status.listen(at: endpoint, group: group) }
    }

    /// Counts a connection while it is open.
    private func count(_ channel: any Channel, by listener: ListenerLabel) {
        metrics.connected(to: listener)
        channel.closeFuture.whenComplete { [metrics] _ in metrics.disconnected(from: listener) }
    }

    private func web(_ services: Services) -> WebServer? {
        configuration.listen.https.map { _ in
            let limits = configuration.limits
            let requests = RequestGate(perMinute: limits.requestsPerMinute, trusted: limits.trustedAddresses)
            let writing = WebWriting(responder: WebResponder(services), requests: requests) { [metrics] in
                metrics.throttled(.requestsPerMinute)
            }
            return WebServer(writing, tls: tls, limits: limits) { [metrics] in metrics.throttled(.init($0)) }
        }
    }

    private func texting(_ group: any EventLoopGroup) throws -> Texting {
        var settings = Texting.Settings(domain: configuration.domain)
        settings.segmentsPerDay = configuration.sms.perDay
        settings.spendCapPerDay = configuration.sms.spendCapPerDay
        settings.grace = Int64(configuration.sms.graceSeconds) * 1_000
        let routes = try configuration.routes.map { route in
            Route(route, password: try configuration.secret(inFile: route.passwordFile, key: "routes.password-file"))
        }
        return Texting(routes, settings: settings, store: store, group: group, logger: log)
    }

    private func listen(
        _ services: Services, _ web: WebServer?, _ group: any EventLoopGroup, status: (any Channel)?
    ) async throws -> [any Channel] {
        let limits = configuration.limits
        let gate = ConnectionGate(
            limit: limits.connections,
            sources: SourceLimits(
                connections: limits.connectionsPerAddress, loggingIn: limits.loggingInPerAddress,
                newPerMinute: limits.newConnectionsPerMinute),
            trusted: limits.trustedAddresses, refused: { [metrics] in metrics.throttled(.init($0)) })
        var channels: [any Channel] = []
        var bound: [String: Endpoint] = [:]
        do {
            for (kind, endpoint) in [
                (ListenerKind.startTLS, configuration.listen.xmpp), (.directTLS, configuration.listen.xmpps)
            ] {
                let channel = try await Self.listen(kind.rawValue, at: endpoint) {
                    try await Listener.bind(host: endpoint.host, port: endpoint.port, group: group) { channel in
                        gate.admit(channel, needsLogin: true) { refusal in
                            kind == .startTLS
                                ? RefusalWords.stream(refusal, services.stream) : RefusalWords.alert
                        } _: { admission in
                            count(channel, by: kind == .startTLS ? .xmpp : .xmpps)
                            try ClientConnection.addHandlers(
                                to: channel, services: services, kind: kind, admission: admission)
                        }
                    }
                }
                channels.append(channel)
                bound[kind.rawValue] = endpoint.bound(by: channel)
            }
            if let web, let endpoint = configuration.listen.https {
                let channel = try await Self.listen("https", at: endpoint) {
                    try await web.listen(at: endpoint, group: group) { count($0, by: .https) }
                }
                channels.append(channel)
                bound["https"] = endpoint.bound(by: channel)
                exports.open(at: configuration.publicURL(of: endpoint.bound(by: channel)))
            }
        } catch {
            for channel in channels { try? await channel.close() }
            throw error
        }
        if let status, let endpoint = configuration.listen.metrics { bound["metrics"] = endpoint.bound(by: status) }
        onReady(bound)
        return channels
    }

    private static func listen(
        _ name: String, at endpoint: Endpoint, _ bind: () async throws -> any Channel
    ) async throws -> any Channel {
        do {
            return try await bind()
        } catch let error as IOError {
            throw ListenError(
                key: "listen.\(name)", endpoint: endpoint, reason: SystemFailure(error).description)
        }
    }
}

extension Endpoint {
    /// The same with the port that the system chose, if that was left to it.
    fileprivate func bound(by channel: any Channel) -> Endpoint {
        Endpoint(host: host, port: channel.localAddress?.port ?? port)
    }
}
