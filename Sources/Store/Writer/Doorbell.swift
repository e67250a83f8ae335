import Glibc

/// Wakes one thread that waits, within a time that is measured by the machine's uptime.
///
/// A `DispatchSemaphore` measures it by the wall clock on Linux: were that set back meanwhile, a wait of milliseconds would
/// take as long as it was set back. A ring that nobody waited for ends the next wait at once.
final class Doorbell: Sendable {
    private let (reading, writing): (CInt, CInt)

    /// Without descriptors left, nobody is woken: every wait takes its time.
    init() {
        var ends: [CInt] = [-1, -1]
        _ = unsafe pipe(&ends)
        for end in ends where end >= 0 {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        (reading, writing) = (ends[0], ends[1])
    }

    deinit {
        if reading >= 0 { Glibc.close(reading) }
        if writing >= 0 { Glibc.close(writing) }
    }

    func ring() {
        _ = unsafe write(writing, [1] as [UInt8], 1)
    }

    /// Waits for a ring, so many milliseconds at most.
    func wait(milliseconds: Int) {
        var poll = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard unsafe Glibc.poll(&poll, 1, CInt(clamping: milliseconds)) > 0 else { return }
        var rings = [UInt8](repeating: 0, count: 64)
        _ = unsafe read(reading, &rings, rings.count)
    }
}
