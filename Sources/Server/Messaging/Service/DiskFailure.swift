// SPDX-License-Identifier: Apache-2.0

import Store

/// The one failure that ends the server: the disk refused, so nothing more can be promised.
final class DiskFailure: Sendable {
    private let stream: AsyncStream<StoreError>
    private let continuation: AsyncStream<StoreError>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: StoreError.self, bufferingPolicy: .bufferingOldest(1))
    }

    func happened(_ error: StoreError) {
        continuation.yield(error)
    }

    /// The failure; nil when the wait was cancelled.
    func wait() async -> StoreError? {
        for await error in stream { return error }
        return nil
    }
}
