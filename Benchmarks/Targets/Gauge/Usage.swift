import Glibc

/// What this process and the server had used at a moment.
package struct Usage: Sendable {
    /// Seconds of a clock that nobody sets.
    package let time: Double
    /// CPU of the server's processes, user and system, in seconds.
    package let server: Double
    /// CPU of this process, all threads, in seconds.
    package let own: Double

    /// Reads the clocks.
    package init(of tree: ProcessTree) {
        server = tree.cpuSeconds()
        own = Self.seconds(of: CLOCK_PROCESS_CPUTIME_ID)
        time = Self.seconds(of: CLOCK_MONOTONIC)
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
