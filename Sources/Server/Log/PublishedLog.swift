// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import Proof

/// A log that a web server publishes, read over HTTPS.
///
/// Nothing about anybody goes out: only the names of the log's public files. Answers are bounded in size and in time, redirections
/// aren't followed, and the server's certificate must be valid.
package struct PublishedLog: Sendable {
    /// How long one file may take.
    private static let patience = TimeAmount.seconds(30)
    /// Files asked for before the ones ahead of them have come.
    private static let ahead = 8

    /// The log's address, ending with a slash.
    package let prefix: String
    private let client: HTTPClient

    private init(prefix: String, client: HTTPClient) {
        self.prefix = prefix
        self.client = client
    }

    /// Runs `body` with the log at an address.
    ///
    /// `authority` is a file of certificates (PEM) that are trusted instead of the machine's.
    ///
    /// - Throws: ``TileError/unreadable(path:reason:)`` if the address isn't one of HTTPS or the authority can't be read; what `body`
    ///   throws.
    package static func with<Result: Sendable>(
        address: String, authority: String?, _ body: (PublishedLog) async throws -> Result
    ) async throws -> Result {
        guard address.lowercased().hasPrefix("https://") else {
            throw TileError.unreadable(path: "the log", reason: "a log's address begins with https://")
        }
        var tls = TLSConfiguration.modernClient()
        if let authority {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authority))
            } catch {
                throw TileError.unreadable(path: authority, reason: "it isn't a file of certificates (PEM)")
            }
        }
        var configuration = HTTPClient.Configuration(
            tlsConfiguration: tls, redirectConfiguration: .disallow,
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: patience))
        configuration.connectionPool.retryConnectionEstablishment = false
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Swift.Result<Result, any Error>
        do {
            let log = PublishedLog(prefix: address.hasSuffix("/") ? address : address + "/", client: client)
            result = .success(try await body(log))
        } catch {
            result = .failure(error)
        }
        try await client.shutdown()
        return try result.get()
    }

    /// The bytes of a file of the log.
    package func read(_ path: String) async throws(TileError) -> [UInt8] {
        var request = HTTPClientRequest(url: prefix + path)
        request.headers.add(name: "accept-encoding", value: "identity")
        do {
            let response = try await client.execute(request, timeout: Self.patience)
            switch response.status {
            case .ok: break
            case .notFound, .gone: throw TileError.missing(path: path)
            default:
                throw TileError.unreadable(
                    path: path, reason: "the web server answered with status \(response.status.code)")
            }
            guard response.headers["content-encoding"].allSatisfy({ $0 == "identity" }) else {
                throw TileError.unreadable(path: path, reason: "the web server compresses without being asked to")
            }
            let buffer = try await response.body.collect(upTo: LogFileSize.limit(of: path))
            return [UInt8](buffer.readableBytesView)
        } catch let error as TileError {
            throw error
        } catch is NIOTooManyBytesError {
            throw .malformed(path: path)
        } catch {
            throw .unreadable(path: path, reason: Self.reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case let error as HTTPClientError where error == .connectTimeout:
            "nobody answers at this address"
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            "the web server takes longer than \(patience.nanoseconds / 1_000_000_000) seconds"
        case is NIOSSLError, is NIOSSLExtraError:
            "its certificate isn't trusted here; --ca FILE names the authority of a private one"
        case is NIOConnectionError:
            "nobody answers at this address; is it right, and does its server run?"
        default:
            "\(error)"
        }
    }

    /// Checks the whole log, some files being on their way at a time, and gives its checkpoint as it was read.
    ///
    /// - Throws: ``LogFault``, or `CancellationError`.
    package func verify(policy: Policy, earlier: [UInt8]?) async throws -> VerifiedLog {
        var verification = try LogVerification(
            checkpoint: try await file("checkpoint"), policy: policy, earlier: earlier)
        var files = LogFiles(size: verification.trusted.checkpoint.size)
        return try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            var asked = 0
            var taken = 0
            var waiting: [Int: [UInt8]] = [:]
            while true {
                while asked < taken + Self.ahead, let tile = files.next() {
                    let number = asked
                    group.addTask { (number, try await self.file(tile)) }
                    asked += 1
                }
                guard let (number, bytes) = try await group.next() else { break }
                waiting[number] = bytes
                while let next = waiting.removeValue(forKey: taken) {
                    try verification.take(next)
                    taken += 1
                }
            }
            return try verification.finish()
        }
    }

    private func file(_ path: String) async throws(LogFault) -> [UInt8] {
        do {
            return try await read(path)
        } catch {
            throw .file(error)
        }
    }

    /// A tile, cut from the full one if the partial one is gone.
    private func file(_ tile: Tile) async throws(LogFault) -> [UInt8] {
        do {
            return try await read(tile.path)
        } catch {
            guard case .missing = error, !tile.isFull else { throw .file(error) }
            guard let part = tile.part(ofFull: try await file(tile.full.path)) else { throw .file(error) }
            return part
        }
    }
}
