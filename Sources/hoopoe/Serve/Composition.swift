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
            let server = try MessagingServer(configuration, logger: logger, onReady: onReady)
            return Served(
                server: server, people: StoredPeople(store: server.store, departures: server.departures),
                terms: StoredTerms(desk: server.terms))
        } catch let error as StoreError {
            throw Failure(error)
        }
    }

    /// Runs `body` with the terms of a folder that nobody serves; the caller holds its lock.
    static func withStoredTerms<Result>(
        of configuration: Configuration, _ body: (any Publishing) async throws -> Result
    ) async throws -> Result {
        let store = try openStore(of: configuration)
        defer { store.close() }
        guard let desk = TermsDesk(store: store, domain: configuration.domain, log: Logger(configuration.log)) else {
            throw Failure(.configuration, "\(configuration.domain) is no domain")
        }
        return try await body(StoredTerms(desk: desk))
    }

    /// Runs `body` with the people of a folder that nobody serves; the caller holds its lock.
    static func withStoredPeople<Result>(
        of configuration: Configuration, _ body: (any People) async throws -> Result
    ) async throws -> Result {
        let store = try openStore(of: configuration)
        defer { store.close() }
        return try await body(
            StoredPeople(store: store, departures: try Departures(store: store, domain: configuration.domain)))
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
