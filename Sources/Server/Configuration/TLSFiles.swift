// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Logging
package import NIOSSL
import Synchronization

/// The server's certificate and key, read from files and read again when the files change or the operator says so.
///
/// A renewed certificate must not need a restart, and a broken one must not stop new connections: a pair that cannot be
/// used is logged once and the last good one stays. Connections keep the certificate that they began with.
package final class TLSFiles: Sendable {
    /// What is spoken inside; both doors show the same certificate.
    package enum Door: Sendable {
        /// XMPP, also with TLS from the first byte (XEP-0368).
        case xmpp
        /// HTTP/1.1 (RFC 7301 §6).
        case https

        fileprivate var protocols: [String] {
            switch self {
            case .xmpp: ["xmpp-client"]
            case .https: ["http/1.1"]
            }
        }
    }

    private struct State {
        var pair: CertificatePair
        /// The files as they were when last judged, whether or not they were good.
        var judged: Stamp
        /// Files that were no good when first seen: the other half of a new pair may be a moment behind.
        var doubted: Stamp?
        /// Why the files on disk aren't used.
        var refused: TLSFileError?
        var nextLook: ContinuousClock.Instant
    }

    private let certificate: String
    private let key: String
    private let logger: Logger
    private let lookEvery: Duration
    private let state: Mutex<State>

    /// `certificate` and `key` are paths of a PEM chain, own certificate first, and of its private key; they are looked
    /// at once in `lookEvery` at most. Throws if the pair cannot be used now; one whose time is over can, since clients
    /// decide about that and nobody would be served otherwise.
    package init(
        certificate: String, key: String, logger: Logger, lookEvery: Duration = .seconds(1)
    ) throws(TLSFileError) {
        self.certificate = certificate
        self.key = key
        self.logger = logger
        self.lookEvery = lookEvery
        let seen = Stamp(certificate: certificate, key: key)
        let pair = try CertificatePair(certificate: certificate, key: key)
        self.state = Mutex(State(pair: pair, judged: seen, nextLook: .now + lookEvery))
    }

    package convenience init(_ configuration: Configuration, logger: Logger) throws(TLSFileError) {
        try self.init(
            certificate: configuration.path(configuration.tls.certificate),
            key: configuration.path(configuration.tls.key), logger: logger)
    }

    /// The pair as configured, for a server that begins: halves that don't belong together are read again for `patience`, since one
    /// of a new pair may be a moment behind, and who waits for the server would find it down.
    package static func beginning(
        _ configuration: Configuration, logger: Logger, patience: Duration = .seconds(3)
    ) async throws(TLSFileError) -> TLSFiles {
        let end = ContinuousClock.now + patience
        while true {
            do throws(TLSFileError) {
                return try TLSFiles(configuration, logger: logger)
            } catch {
                guard case .mismatch = error, .now < end, !Task.isCancelled else { throw error }
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    /// The context for a new connection; looks at the files if it has not done so lately.
    package func currentContext(for door: Door = .xmpp) -> NIOSSLContext {
        let now = ContinuousClock.now
        return state.withLock { state in
            if now >= state.nextLook {
                state.nextLook = now + lookEvery
                look(&state)
            }
            return state.pair.context(for: door)
        }
    }

    /// Looks at the files and warns of a certificate that ends soon, twice a minute and once a day, until cancelled; so a
    /// pair that is no good is told of before somebody connects.
    package func watch() async {
        var nextWarning = ContinuousClock.now
        while !Task.isCancelled {
            _ = currentContext()
            lookAgain()
            if ContinuousClock.now >= nextWarning {
                nextWarning = .now + .seconds(86_400)
                warnOfEnd()
            }
            try? await Task.sleep(for: .seconds(30))
        }
    }

    /// Reads the files now, changed or not; from then on new connections get what they hold.
    ///
    /// - Returns: the end of the certificate's time.
    /// - Throws: why the pair can't be used; the one before stays then.
    @discardableResult
    package func reload() throws(TLSFileError) -> Date {
        let read: Result<Date, TLSFileError> = state.withLock { state in
            let stamp = Stamp(certificate: certificate, key: key)
            do throws(TLSFileError) {
                try take(&state, as: stamp)
                return .success(state.pair.end)
            } catch {
                refuse(&state, stamp, error)
                return .failure(error)
            }
        }
        return try read.get()
    }

    private func look(_ state: inout State) {
        let stamp = Stamp(certificate: certificate, key: key)
        guard stamp != state.judged else { return }
        do throws(TLSFileError) {
            try take(&state, as: stamp)
        } catch {
            guard stamp == state.doubted else {
                state.doubted = stamp
                return
            }
            refuse(&state, stamp, error)
        }
    }

    /// Tries refused files once more: whose they are, who may read them, or the clock may have changed, which the files don't show.
    package func lookAgain() {
        state.withLock { state in
            guard let reason = state.refused else { return }
            let stamp = Stamp(certificate: certificate, key: key)
            do throws(TLSFileError) {
                try take(&state, as: stamp)
            } catch {
                if error != reason { refuse(&state, stamp, error) }
            }
        }
    }

    private func take(_ state: inout State, as stamp: Stamp) throws(TLSFileError) {
        let fresh = try CertificatePair(certificate: certificate, key: key)
        try fresh.checkTime(certificate)
        state.pair = fresh
        state.judged = stamp
        (state.doubted, state.refused) = (nil, nil)
        logger.notice("certificate taken up: new connections get it", metadata: ["until": "\(fresh.lastDay)"])
    }

    private func refuse(_ state: inout State, _ stamp: Stamp, _ error: TLSFileError) {
        state.judged = stamp
        (state.doubted, state.refused) = (nil, error)
        logger.error(
            "the certificate on disk cannot be used: the one before stays", metadata: ["reason": "\(error)"])
    }

    private func warnOfEnd() {
        let pair = state.withLock(\.pair)
        guard pair.end.timeIntervalSinceNow < 14 * 86_400 else { return }
        logger.warning("the certificate ends soon or has ended: renew it", metadata: ["until": "\(pair.lastDay)"])
    }

    /// Reads a pair once, for whoever only wants to know whether it can be used.
    package static func load(certificate: String, key: String) throws(TLSFileError) {
        _ = try CertificatePair(certificate: certificate, key: key)
    }

    /// Enough of two files' metadata to notice that either was replaced or rewritten.
    private struct Stamp: Equatable {
        let modified: [Date?]
        let file: [UInt64?]
        let size: [UInt64?]

        init(certificate: String, key: String) {
            // Through links: certbot's live/ folder holds links that it turns to new files.
            let attributes = [certificate, key].map { path in
                try? FileManager.default.attributesOfItem(atPath: URL(filePath: path).resolvingSymlinksInPath().path)
            }
            modified = attributes.map { $0?[.modificationDate] as? Date }
            file = attributes.map { ($0?[.systemFileNumber] as? NSNumber)?.uint64Value }
            size = attributes.map { ($0?[.size] as? NSNumber)?.uint64Value }
        }
    }
}

/// A certificate and its key, ready for both doors.
private struct CertificatePair: Sendable {
    private let xmpp: NIOSSLContext
    private let https: NIOSSLContext
    private let begin: Date
    let end: Date

    init(certificate: String, key: String) throws(TLSFileError) {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw .certificate(path: certificate)
        }
        guard let own = chain.first else { throw .certificate(path: certificate) }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw .key(path: key)
        }
        do {
            let contexts = try [TLSFiles.Door.xmpp, .https].map { door in
                try NIOSSLContext(
                    configuration: .modernServer(chain: chain, key: privateKey, protocols: door.protocols))
            }
            (xmpp, https) = (contexts[0], contexts[1])
        } catch {
            throw .mismatch(certificate: certificate, key: key)
        }
        begin = Date(timeIntervalSince1970: TimeInterval(own.notValidBefore))
        end = Date(timeIntervalSince1970: TimeInterval(own.notValidAfter))
    }

    func context(for door: TLSFiles.Door) -> NIOSSLContext {
        switch door {
        case .xmpp: xmpp
        case .https: https
        }
    }

    /// The day on which it ends, as ISO 8601 writes it.
    var lastDay: String { end.formatted(.iso8601.year().month().day()) }

    /// A new certificate must be good now: the one before is better than one that clients refuse.
    func checkTime(_ path: String) throws(TLSFileError) {
        let now = Date()
        guard now < end else { throw .ended(path: path, on: lastDay) }
        guard now >= begin else { throw .notYet(path: path) }
    }
}

/// Why a certificate and key cannot be used.
package enum TLSFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case certificate(path: String)
    case key(path: String)
    case mismatch(certificate: String, key: String)
    case ended(path: String, on: String)
    case notYet(path: String)

    package var description: String {
        switch self {
        case .certificate(let path): "\(path) cannot be read or holds no PEM certificate"
        case .key(let path): "\(path) cannot be read or holds no PEM private key"
        case .mismatch(let certificate, let key):
            "the key in \(key) does not belong to the certificate in \(certificate)"
        case .ended(let path, let day): "the certificate in \(path) ended on \(day)"
        case .notYet(let path): "the certificate in \(path) is not good yet: is this machine's clock right?"
        }
    }
}
