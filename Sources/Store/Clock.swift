import Foundation

/// Milliseconds since 1970, from wherever the composition root says.
package struct WallClock: Sendable {
    package let now: @Sendable () -> Int64

    package init(_ now: @escaping @Sendable () -> Int64) {
        self.now = now
    }

    /// The machine's clock.
    package static let system = WallClock {
        Int64(Date().timeIntervalSince1970 * 1000)
    }

    static let dayLength: Int64 = 86_400_000

    /// The day (UTC) of a moment, counted from 1970.
    static func day(of milliseconds: Int64) -> Int32 {
        Int32(clamping: milliseconds / dayLength)
    }
}
