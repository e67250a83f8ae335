import Foundation

/// Room written ahead in a database's write-ahead log.
///
/// A sync of a file that has grown writes the file's own record as well, in a second turn to the disk or in the file
/// system's journal; one that only overwrites doesn't. SQLite takes zeros after its last frame for the log's end.
struct WALReserve {
    /// The most that is written ahead at a time, in bytes: some sixty small commits.
    static let most = 1 << 20
    /// The least of it.
    static let least = 1 << 16

    private let path: String
    /// The log's size when last looked at, what was written ahead included.
    private var size: Int64 = 0

    init(database path: String) {
        self.path = path + "-wal"
    }

    /// Writes ahead if the log has outgrown what was; to be called between commits, by the thread that makes them.
    ///
    /// A disk that refuses is the next commit's to report.
    mutating func extend() {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return }
        let grown = Int64(status.st_size)
        // Not by SQLite, or it was cut.
        guard grown > size else { return size = grown }
        size = grown
        let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        defer { close(file) }
        let zeros = [UInt8](repeating: 0, count: min(max(Int(grown), Self.least), Self.most))
        let written = unsafe zeros.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, off_t(grown)) }
        size += Int64(max(written, 0))
        // Now, or the next commit would have to wait for it.
        _ = fdatasync(file)
    }
}
