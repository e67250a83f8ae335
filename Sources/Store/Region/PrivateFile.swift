import Glibc

/// Files that only their owner can read, written once and synced.
enum PrivateFile {
    /// Creates `path` with the bytes given, mode 0600; refuses to overwrite.
    static func create(_ path: String, _ bytes: [UInt8]) throws(StoreError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw errno == EEXIST ? .exists("file") : .missing("folder that can be written") }
        defer { _ = Glibc.close(file) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .disk(code: errno) }
            written += count
        }
        guard fsync(file) == 0 else { throw .disk(code: errno) }
        try syncDirectory(of: path)
    }

    /// Creates `path` so that a crash leaves it whole or leaves nothing of it under that name; refuses to overwrite.
    static func publish(_ path: String, _ bytes: [UInt8]) throws(StoreError) {
        let fresh = path + ".new"
        _ = unsafe unlink(fresh)
        try create(fresh, bytes)
        guard unsafe link(fresh, path) == 0 else {
            throw errno == EEXIST ? .exists("file of that version") : .disk(code: errno)
        }
        _ = unsafe unlink(fresh)
        try syncDirectory(of: path)
    }

    /// A folder for its owner alone; one that is there is taken as it is.
    static func makeDirectory(_ path: String) throws(StoreError) {
        guard unsafe mkdir(path, 0o700) != 0 else { return try syncDirectory(of: path) }
        guard errno == EEXIST else { throw .missing("folder that can be written") }
    }

    private static func syncDirectory(of path: String) throws(StoreError) {
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let directory = unsafe open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw .disk(code: errno) }
        defer { _ = Glibc.close(directory) }
        guard fsync(directory) == 0 else { throw .disk(code: errno) }
    }
}
