// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Logging
package import NIOSSL
import Synchronization

/// The server's certificate and key, read from files and read again when the files change.
///
/// A renewed certificate must not need a restart, and a broken one must not stop new connections: a pair that cannot be
/// used is logged once and the last good one stays.
package final class TLSFiles: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// The files as they were when last looked into, whether or not they were good.
        var seen: Stamp
        var nextLook: ContinuousClock.Instant
    }

    private let certificate: String
    private let key: String
    private let protocols: [String]
    private let lookEvery: Duration
    private let logger: Logger
    private let state: Mutex<State>

    /// `certificate` and `key` are paths of a PEM chain, own certificate first, and of its private key; they are looked
    /// at once in `lookEvery` at most. `protocols` is what is spoken here, for clients that ask (ALPN, RFC 7301).
    /// Throws if the pair cannot be used now.
    package init(
        certificate: String, key: String, protocols: [String] = xmpp, logger: Logger,
        lookEvery: Duration = .seconds(1)
    ) throws(TLSFileError) {
        self.certificate = certificate
        self.key = key
        self.protocols = protocols
        self.logger = logger
        self.lookEvery = lookEvery
        let seen = Stamp(certificate: certificate, key: key)
        let context = try Self.load(certificate: certificate, key: key, protocols: protocols)
        self.state = Mutex(State(context: context, seen: seen, nextLook: .now + lookEvery))
    }

    package convenience init(
        _ configuration: Configuration, protocols: [String] = xmpp, logger: Logger
    ) throws(TLSFileError) {
        try self.init(
            certificate: configuration.path(configuration.tls.certificate),
            key: configuration.path(configuration.tls.key), protocols: protocols, logger: logger)
    }

    /// XMPP with TLS from the first byte (XEP-0368).
    package static let xmpp = ["xmpp-client"]
    /// HTTP/1.1 (RFC 7301 §6).
    package static let http = ["http/1.1"]

    /// The context for a new connection; looks at the files if it has not done so lately.
    package func currentContext() -> NIOSSLContext {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard now >= state.nextLook else { return state.context }
            state.nextLook = now + lookEvery
            let stamp = Stamp(certificate: certificate, key: key)
            guard stamp != state.seen else { return state.context }
            state.seen = stamp
            do throws(TLSFileError) {
                state.context = try Self.load(certificate: certificate, key: key, protocols: protocols)
                logger.notice("certificate changed on disk: new connections use it")
            } catch {
                logger.error(
                    "certificate changed on disk but cannot be used: the one before stays",
                    metadata: ["reason": "\(error)"])
            }
            return state.context
        }
    }

    /// Reads the pair once.
    ///
    /// TLS 1.2 and 1.3 with forward secrecy and AEAD only (RFC 9325 §4.2).
    package static func load(
        certificate: String, key: String, protocols: [String] = xmpp
    ) throws(TLSFileError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw .certificate(path: certificate)
        }
        guard !chain.isEmpty else { throw .certificate(path: certificate) }
        let privateKey: NIOSSLPrivateKey
        do {
            privateKey = try NIOSSLPrivateKey(file: key, format: .pem)
        } catch {
            throw .key(path: key)
        }
        var settings = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        settings.minimumTLSVersion = .tlsv12
        settings.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
        ]
        settings.applicationProtocols = protocols
        do {
            return try NIOSSLContext(configuration: settings)
        } catch {
            throw .mismatch(certificate: certificate, key: key)
        }
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

/// Why a certificate and key cannot be used.
package enum TLSFileError: Error, Sendable, Equatable, CustomStringConvertible {
    case certificate(path: String)
    case key(path: String)
    case mismatch(certificate: String, key: String)

    package var description: String {
        switch self {
        case .certificate(let path): "\(path) cannot be read or holds no PEM certificate"
        case .key(let path): "\(path) cannot be read or holds no PEM private key"
        case .mismatch(let certificate, let key):
            "the key in \(key) does not belong to the certificate in \(certificate)"
        }
    }
}
