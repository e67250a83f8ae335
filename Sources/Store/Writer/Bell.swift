import Foundation

/// Wakes one thread that waits for a while. How long is measured by a clock that nobody sets: it rings no sooner and no
/// later when the time of day jumps.
final class Bell: Sendable {
    private let waiting: CInt
    private let ringing: CInt

    /// - Throws: `disk` with the system's error number if the process may open nothing more.
    init() throws(StoreError) {
        var ends: [CInt] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw .disk(code: errno) }
        (waiting, ringing) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        close(waiting)
        close(ringing)
    }

    /// Ends the wait that is going on, or else the next one. From any thread.
    func ring() {
        var byte: UInt8 = 0
        // A full pipe rings already.
        _ = unsafe write(ringing, &byte, 1)
    }

    /// Waits until it rings, or for so many milliseconds; nil is for ever.
    ///
    /// - Returns: whether it rang.
    @discardableResult
    func wait(_ milliseconds: Int?) -> Bool {
        var entry = pollfd(fd: waiting, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, CInt(clamping: milliseconds ?? -1)) > 0 else { return false }
        var byte: UInt8 = 0
        return unsafe read(waiting, &byte, 1) > 0
    }
}
