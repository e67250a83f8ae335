// SPDX-License-Identifier: Apache-2.0

package import Store

/// Follows messages for an administrator: each look is on record before anything is shown, for everybody whose message it is.
package struct MessageTracer: Sendable {
    private let store: RegionStore
    private let memory: TraceMemory?

    /// `memory` is the running server's.
    package init(store: RegionStore, memory: TraceMemory? = nil) {
        self.store = store
        self.memory = memory
    }

    /// The way of the message that one of these ids names, as apps and the log show them; nil if there is none.
    package func trace(_ text: String) async throws(StoreError) -> MessageTrace? {
        guard let id = ArchiveID(text: text.lowercased()) else { return nil }
        let found = try await store.read { snapshot throws(StoreError) in try snapshot.trace(id)?.owners }
        for owner in found ?? [] { try await store.writer.look(at: owner, verb: "trace") }
        let stored = try await store.read { snapshot throws(StoreError) in try snapshot.trace(id) }
        return stored.map { MessageTrace($0, memory) }
    }
}

extension MessageTrace {
    fileprivate init(_ stored: StoredTrace, _ memory: TraceMemory?) {
        let sides = [(Copy.Side.sender, stored.sender), (.recipient, stored.recipient)]
        let copies = sides.compactMap { side, copy in copy.map { (side, $0) } }
        let events = memory?.events(of: copies.map(\.1.id.rawValue)) ?? []
        self.init(
            copies: copies.map { side, copy in Copy(side: side, id: copy.id.text, isWaiting: copy.isWaiting) },
            storedAt: copies.first?.1.id.milliseconds ?? 0,
            steps: events.map { Step($0.stage, at: $0.at) },
            sms: stored.sms.map { SMS($0) },
            remembersSince: memory.map { max($0.began, $0.forgottenBefore ?? $0.began) })
    }
}

extension MessageTrace.SMS {
    fileprivate init(_ stored: StoredTrace.SMS) {
        self.init(
            state: .init(stored.state), queuedAt: stored.id.milliseconds, dueAt: stored.due, changedAt: stored.changed,
            parts: stored.segments.map { segment in
                Part(number: segment.part, state: .init(segment.state), acceptedAt: segment.accepted)
            })
    }
}

extension MessageTrace.SMSState {
    fileprivate init(_ state: OutgoingState) {
        switch state {
        case .waiting: self = .waiting
        case .sending: self = .sending
        case .submitted: self = .submitted
        case .unknown: self = .unknown
        case .delivered: self = .delivered
        case .failed: self = .failed
        }
    }
}
