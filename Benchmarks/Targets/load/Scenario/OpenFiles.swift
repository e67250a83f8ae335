import Glibc

/// The limit on open files of this process.
enum OpenFiles {
    /// Raises the limit as far as it goes.
    ///
    /// - Throws: when that isn't far enough for so many connections.
    static func allow(_ connections: Int) throws {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = limit.rlim_max
        unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        guard limit.rlim_cur >= UInt(connections + 100) else {
            throw LoadError(
                "\(connections) connections need more open files than the \(limit.rlim_cur) that are allowed")
        }
    }
}
