// SPDX-License-Identifier: Apache-2.0

/// A clock that doesn't jump, for limits.
enum Uptime {
    private static let start = ContinuousClock.now

    /// Nanoseconds since it was first asked.
    static var nanoseconds: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    static var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
