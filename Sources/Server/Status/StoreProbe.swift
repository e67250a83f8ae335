// SPDX-License-Identifier: Apache-2.0

import Store
import Synchronization

/// Asks the store whether it still commits: an empty job, which waits behind everything that is on its way to the disk.
///
/// It writes nothing itself. Few may wait at once, so that asking costs a disk that stalls nothing.
final class StoreProbe: Sendable {
    private static let limit = 8

    private let writer: Writer
    private let waiting = Atomic<Int>(0)

    init(_ writer: Writer) {
        self.writer = writer
    }

    /// Whether the store has answered within this time.
    func isAnswered(within patience: Duration) async -> Bool {
        guard waiting.add(1, ordering: .relaxed).newValue <= Self.limit else {
            waiting.subtract(1, ordering: .relaxed)
            return false
        }
        let (answers, answer) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingOldest(1))
        writer.perform { (_) throws(StoreError) in
        } then: { [self] result in
            waiting.subtract(1, ordering: .relaxed)
            if case .success = result { answer.yield(true) } else { answer.yield(false) }
        }
        let impatience = Task {
            try await Task.sleep(for: patience)
            answer.yield(false)
        }
        defer { impatience.cancel() }
        for await isAnswered in answers { return isAnswered }
        return false
    }
}
