// SPDX-License-Identifier: Apache-2.0

import Foundation
import Server
import ServiceLifecycle

/// Lets `hoopoe person`, `terms`, `trace` and `reload` reach the server that holds the folder, by a socket in it that only its owner can open.
///
/// The store has one writer, and the server keeps people and keys in memory: so changes go through it and never past it.
package struct ControlSocket: Service {
    private let socket: LineSocket
    private let folder: DataFolder
    private let people: any People
    private let terms: any Publishing
    private let traces: any Tracing
    private let reload: Served.Reload

    /// Listens from now on; answers once it runs.
    package init(
        _ folder: DataFolder, people: any People, terms: any Publishing, traces: any Tracing,
        reload: @escaping Served.Reload = { () throws(TLSFileError) in .distantFuture }
    ) async throws(Failure) {
        self.folder = folder
        self.people = people
        self.terms = terms
        self.traces = traces
        self.reload = reload
        do throws(SystemFailure) {
            socket = try await LineSocket(path: folder.control)
        } catch {
            throw Failure(.cannotCreate, "cannot listen on \(folder.control): \(error)")
        }
    }

    package func run() async throws {
        defer { _ = unsafe unlink(folder.control) }
        await cancelWhenGracefulShutdown {
            await socket.run { await answer($0) }
            // The group's other services decide when it ends.
            try? await Task.sleep(for: .seconds(Int64(Int32.max)))
        }
    }

    private func answer(_ line: [UInt8]) async -> [UInt8] {
        let answer: ControlAnswer
        do throws(Failure) {
            guard let request = ControlRequest(line: line) else {
                throw Failure(.usage, "the server does not know that request: is it of another version?")
            }
            answer = try await self.answer(request)
        } catch {
            answer = .failed(status: error.status.rawValue, message: error.message)
        }
        return answer.line
    }

    private func answer(_ request: ControlRequest) async throws(Failure) -> ControlAnswer {
        switch request {
        case .add(let entries):
            let members = entries.compactMap(\.member)
            guard members.count == entries.count else { throw Failure(.badData, "a verifier is malformed") }
            return .added(taken: try await people.add(members))
        case .list(let name, let limit):
            return .people(try await people.list(after: name, limit: min(max(limit, 1), 1_000)))
        case .remove(let name):
            return .removed(try await people.remove(name))
        case .code(let name):
            return .code(try await people.code(for: name))
        case .termsDiff(let document):
            return .terms(try await terms.difference(Array(document.utf8)))
        case .termsPublish(let document):
            return .terms(try await terms.publish(Array(document.utf8)))
        case .show(let name):
            return .counts(try await people.show(name))
        case .trace(let id):
            return .trace(try await traces.trace(id))
        case .reload:
            do throws(TLSFileError) {
                return .reloaded(until: try reload())
            } catch {
                throw Failure(.configuration, "\(error); the certificate before stays in use")
            }
        }
    }
}
