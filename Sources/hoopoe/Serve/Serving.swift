// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Logging
package import Server
package import ServiceLifecycle
import Store
import UnixSignals

/// What the composition root hands over to be run.
package struct Served: Sendable {
    /// Has the certificate read again; its last moment, or why it can't be used.
    package typealias Reload = @Sendable () throws(TLSFileError) -> Date
    /// Whether the server does its work; the answer comes within the time given.
    package typealias IsAlive = @Sendable (Duration) async -> Bool

    package let server: any Service
    /// The people of the running server, for the control socket.
    package let people: any People
    /// The terms of the running server, for the control socket.
    package let terms: any Publishing
    /// The messages of the running server, for the control socket.
    package let traces: any Tracing
    let reload: Reload
    let isAlive: IsAlive

    package init(
        server: any Service, people: any People, terms: any Publishing, traces: any Tracing,
        reload: @escaping Reload = { () throws(TLSFileError) in .distantFuture },
        isAlive: @escaping IsAlive = { _ in true }
    ) {
        self.reload = reload
        self.isAlive = isAlive
        self.server = server
        self.people = people
        self.terms = terms
        self.traces = traces
    }
}

/// Everything around the server: the folder's lock, the ready line, the signals, and what a failure is called.
package struct Serving: Sendable {
    /// Told once, when connections are accepted: the addresses actually bound, by the last part of their keys
    /// (`xmpp`, `xmpps`, `https`, `metrics`).
    package typealias OnReady = @Sendable ([String: Endpoint]) -> Void

    /// Makes the server from what the operator decided.
    package typealias MakeServer = @Sendable (Configuration, Logger, @escaping OnReady) async throws -> Served

    /// How long connections get to end in good order after SIGTERM or SIGINT.
    package static let drainTime = Duration.seconds(30)

    private let configuration: Configuration
    private let logger: Logger

    package init(_ configuration: Configuration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
    }

    /// Serves until a signal, then drains.
    ///
    /// - Throws: a ``Failure`` with the documented status, whatever went wrong.
    package func run(_ makeServer: MakeServer) async throws(Failure) {
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let notice = ServiceNotice()
        let lock = try DataFolder(configuration.folder).hold()
        if geteuid() == 0 {
            logger.warning(
                "serving as root: a user of its own would keep a mistake of this program from the rest of the machine")
        }
        let connections = configuration.limits.connections
        if let warning = DescriptorLimit.warning(connections: connections, limit: DescriptorLimit.raise()) {
            logger.warning("\(warning)")
        }
        Allocator.settle()
        do {
            let logger = logger
            let served = try await makeServer(configuration, logger) { bound in
                Self.announce(bound, logger)
                notice?.tell(.ready)
            }
            let control = try await ControlSocket(
                DataFolder(configuration.folder), people: served.people, terms: served.terms, traces: served.traces,
                reload: served.reload)
            var group = ServiceGroupConfiguration(
                services: [
                    .init(service: control),
                    .init(service: served.server, successTerminationBehavior: .gracefullyShutdownGroup),
                    .init(
                        service: Supervision(hangUps, notice, served), successTerminationBehavior: .ignore)
                ],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
            group.maximumGracefulShutdownDuration = Self.drainTime
            try await ServiceGroup(configuration: group).run()
            logger.notice("stopped in good order")
        } catch {
            throw Self.failure(error)
        }
        _ = consume lock
    }

    /// The one line on standard output that scripts wait for.
    private static func announce(_ bound: [String: Endpoint], _ logger: Logger) {
        let addresses = bound.mapValues(\.description)
        // Strings always encode.
        guard let line = try? jsonLine(addresses) else { return }
        StandardOutput.write("ready \(line)")
        logger.notice("serving", metadata: .init(uniqueKeysWithValues: addresses.map { ($0.key, .string($0.value)) }))
    }

    /// What a failure of the server is called.
    package static func failure(_ error: any Error) -> Failure {
        switch error {
        case let failure as Failure: failure
        case let wrong as StoreError: Failure(wrong)
        case let wrong as ConfigurationError: Failure(.configuration, wrong.description)
        case let wrong as TLSFileError: Failure(.configuration, wrong.description)
        case let taken as ListenError: Failure(.unavailable, taken.description)
        case let wrong as CocoaError: Failure(.inputOutput, wrong.localizedDescription)
        default:
            SystemFailure(behind: error).map(failure)
                ?? Failure(.internalError, "the server stopped: \(type(of: error))")
        }
    }

    private static func failure(_ refused: SystemFailure) -> Failure {
        switch refused.code {
        case EADDRINUSE, EACCES: Failure(.unavailable, "cannot listen: \(refused)")
        default: Failure(.inputOutput, "reading or writing failed: \(refused)")
        }
    }
}
