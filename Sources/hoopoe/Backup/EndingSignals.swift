// SPDX-License-Identifier: Apache-2.0

import Foundation
import UnixSignals

/// Runs `body`; if SIGINT or SIGTERM comes first, cleans up and ends the program as the signal would have.
func tidyOnSignal<Result: Sendable>(
    _ cleanUp: @escaping @Sendable () -> Void, _ body: () async throws -> Result
) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    let watch = Task {
        for await signal in signals {
            cleanUp()
            Foundation.exit(128 + signal.rawValue)
        }
    }
    defer { watch.cancel() }
    return try await body()
}
