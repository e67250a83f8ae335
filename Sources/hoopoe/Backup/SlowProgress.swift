// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Tells somebody who waits what is going on: nothing at first, then a line on standard error now and then.
final class SlowProgress: Sendable {
    private static let patience = Duration.seconds(3)

    private let step = Mutex("")

    func now(_ step: String) { self.step.withLock { $0 = step } }

    /// Runs `body` off this task's thread, and speaks while it lasts.
    func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await speaking { try await Task.detached { try body() }.value }
    }

    /// Speaks while `body` lasts.
    func speaking<Result>(_ body: () async throws -> Result) async throws -> Result {
        let start = ContinuousClock.now
        let speaker = Task { [self] in
            while !Task.isCancelled {
                try await Task.sleep(for: Self.patience)
                let seconds = (ContinuousClock.now - start).components.seconds
                StandardError.write("hoopoe: \(step.withLock { $0 }), \(seconds) s\n")
            }
        }
        defer { speaker.cancel() }
        return try await body()
    }
}
