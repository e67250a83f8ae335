// SPDX-License-Identifier: Apache-2.0

package import Foundation
package import Server

/// The people, the terms and the messages of a folder that a server holds, asked of that server.
package struct ControlClient: People, Publishing, Tracing {
    private let folder: DataFolder

    package init(_ folder: DataFolder) { self.folder = folder }

    package func add(_ people: [NewMember]) async throws(Failure) -> [String] {
        guard case .added(let taken) = try await ask(.add(people.map { .init($0) })) else { throw Self.surprise }
        return taken
    }

    package func list(after name: String, limit: Int) async throws(Failure) -> [Member] {
        guard case .people(let people) = try await ask(.list(after: name, limit: limit)) else { throw Self.surprise }
        return people
    }

    package func remove(_ name: String) async throws(Failure) -> FinalEvidence {
        guard case .removed(let evidence) = try await ask(.remove(name)) else { throw Self.surprise }
        return evidence
    }

    package func show(_ name: String) async throws(Failure) -> PersonCounts {
        guard case .counts(let counts) = try await ask(.show(name)) else { throw Self.surprise }
        return counts
    }

    package func trace(_ id: String) async throws(Failure) -> MessageTrace {
        guard case .trace(let trace) = try await ask(.trace(id)) else { throw Self.surprise }
        return trace
    }

    package func code(for name: String) async throws(Failure) -> String {
        guard case .code(let code) = try await ask(.code(name)) else { throw Self.surprise }
        return code
    }

    package func difference(_ document: [UInt8]) async throws(Failure) -> TermsReport {
        guard case .terms(let report) = try await ask(.termsDiff(String(decoding: document, as: UTF8.self))) else {
            throw Self.surprise
        }
        return report
    }

    package func publish(_ document: [UInt8]) async throws(Failure) -> TermsReport {
        guard case .terms(let report) = try await ask(.termsPublish(String(decoding: document, as: UTF8.self))) else {
            throw Self.surprise
        }
        return report
    }

    /// Has the certificate read again; its last moment.
    package func reload() async throws(Failure) -> Date {
        guard case .reloaded(let end) = try await ask(.reload) else { throw Self.surprise }
        return end
    }

    /// Whether a server answers there.
    package func isAnswered() async -> Bool { await LineSocket.isAnswered(at: folder.control) }

    private static var surprise: Failure {
        Failure(.internalError, "the server answered something else: is it of another version?")
    }

    private func ask(_ request: ControlRequest) async throws(Failure) -> ControlAnswer {
        let line: [UInt8]?
        do throws(SystemFailure) {
            line = try await LineSocket.ask(request.line, at: folder.control)
        } catch {
            throw Failure(.unavailable, "the server of this folder cannot be reached at \(folder.control)")
        }
        guard let line else { throw Failure(.unavailable, "the server stopped before it answered; ask again") }
        switch ControlAnswer(line: line) {
        case .failed(let status, let message)?: throw Failure(ExitReason(rawValue: status) ?? .internalError, message)
        case let answer?: return answer
        case nil: throw Self.surprise
        }
    }
}
