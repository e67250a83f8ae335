// SPDX-License-Identifier: Apache-2.0

package import Server
import Store

/// Follows messages: what `hoopoe trace` asks of the store itself or of the server that holds it.
package protocol Tracing: Sendable {
    /// A message's way by one of its ids. The look is recorded first; everybody whose message it is sees it.
    ///
    /// Throws ``ExitReason/noInput`` if there is none.
    func trace(_ id: String) async throws(Failure) -> MessageTrace
}

/// The messages of a store that this process has open.
struct StoredTraces: Tracing {
    let tracer: MessageTracer

    func trace(_ id: String) async throws(Failure) -> MessageTrace {
        let trace: MessageTrace?
        do throws(StoreError) {
            trace = try await tracer.trace(id)
        } catch {
            throw Failure(error)
        }
        guard let trace else {
            throw Failure(
                .noInput,
                "there is no message \(shown(id)) here: it was never stored, or its time is over, or its people have left. "
                    + "An id has 16 characters from 0-9 and a-f, as in a message's <stanza-id/> or in the log")
        }
        return trace
    }

    /// What was typed may be anything; only what could be an id is repeated.
    private func shown(_ id: String) -> String {
        id.utf8.count == 16 && id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) }
            ? id : "of that id"
    }
}
