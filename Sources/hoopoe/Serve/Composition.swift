// SPDX-License-Identifier: Apache-2.0

import Consent
import Logging
import Server
import Store

/// The composition root: the one place where the parts of a running server are put together.
enum Composition {
    /// The server that `hoopoe serve` runs.
    @Sendable
    static func server(
        _ configuration: Configuration, _ logger: Logger, _ onReady: @escaping Serving.OnReady
    ) async throws -> Served {
        do {
            let tls = try await TLSFiles.beginning(configuration, logger: logger)
            let server = try MessagingServer(configuration, tls: tls, logger: logger, onReady: onReady)
            return Served(
                server: server, people: StoredPeople(store: server.store, departures: server.departures),
                terms: StoredTerms(desk: server.terms),
                traces: StoredTraces(tracer: MessageTracer(store: server.store, memory: server.traces)),
                reload: { () throws(TLSFileError) in try server.tls.reload() },
                isAlive: { await server.isAlive(within: $0) })
        } catch let error as StoreError {
            throw Failure(error)
        }
    }

    /// The terms of a folder that nobody serves; the caller holds its lock.
    static func storedTerms(of configuration: Configuration) throws -> Opened<any Publishing> {
        try opened(configuration) { store in
            guard let desk = TermsDesk(store: store, domain: configuration.domain, log: Logger(configuration.log))
            else {
                throw Failure(.configuration, "\(configuration.domain) is no domain")
            }
            return StoredTerms(desk: desk)
        }
    }

    /// The people of a folder that nobody serves; the caller holds its lock.
    static func storedPeople(of configuration: Configuration) throws -> Opened<any People> {
        try opened(configuration) { store in
            StoredPeople(store: store, departures: try Departures(store: store, domain: configuration.domain))
        }
    }

    /// The messages of a folder that nobody serves; the caller holds its lock.
    static func storedTraces(of configuration: Configuration) throws -> Opened<any Tracing> {
        try opened(configuration) { store in StoredTraces(tracer: MessageTracer(store: store)) }
    }

    /// A part of a store that was opened for it.
    struct Opened<Asked> {
        fileprivate let asked: Asked
        fileprivate let store: RegionStore

        /// Runs `body` with it and closes the store.
        func use<Result>(_ body: (Asked) async throws -> Result) async throws -> Result {
            defer { store.close() }
            return try await body(asked)
        }
    }

    private static func opened<Asked>(
        _ configuration: Configuration, _ make: (RegionStore) throws -> Asked
    ) throws -> Opened<Asked> {
        let store = try openStore(of: configuration)
        do {
            return Opened(asked: try make(store), store: store)
        } catch {
            store.close()
            throw error
        }
    }

    /// The store of a folder that nobody serves.
    private static func openStore(of configuration: Configuration) throws(Failure) -> RegionStore {
        do throws(StoreError) {
            return try RegionStore(
                folder: configuration.folder, region: try configuration.storedRegion(),
                issuer: Issuer(domain: configuration.domain))
        } catch {
            throw Failure(error)
        }
    }
}
