import Foundation

/// Milliseconds since 1970, from wherever the composition root says.
package struct WallClock: Sendable {
    package let now: @Sendable () -> Int64

    package init(_ now: @escaping @Sendable () -> Int64) {
        self.now = now
    }

    /// The machine's clock. Asked several times a message, so not by way of `Date`.
    package static let system = WallClock {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// In milliseconds.
    package static let dayLength: Int64 = 86_400_000

    /// The day (UTC) of a moment, counted from 1970.
    static func day(of milliseconds: Int64) -> Int32 {
        Int32(clamping: milliseconds / dayLength)
    }
}
