import Foundation
import Glibc
import Proof

/// The folder of a log's files, written so that a crash or a power cut leaves each file whole, old or new.
///
/// Files are written under names of their own, synced, moved into place, and then the folders are synced that got them.
/// Everything is readable by its owner only, like the rest of the store.
struct LogFolder: Sendable, TileReader {
    let path: String

    static let checkpoint = "checkpoint"
    static let policy = "policy"

    /// Where files are written before they are moved; nothing of the log's format is called so.
    private var fresh: String { path + "/.new" }

    /// Makes the folder if it isn't there, and drops what a crash left half written.
    func prepare() throws(StoreError) {
        try? FileManager.default.removeItem(atPath: fresh)
        var made: Set<String> = []
        try makeFolder(path, &made)
        for folder in made { try Self.sync(folder: folder) }
    }

    /// Writes files by their paths within the folder, replacing those that are there. When it returns, all are on the disk.
    func write(_ files: [(path: String, bytes: [UInt8])]) throws(StoreError) {
        guard !files.isEmpty else { return }
        var touched: Set<String> = []
        try makeFolder(fresh, &touched)
        for (number, file) in files.enumerated() {
            try Self.create("\(fresh)/\(number)", file.bytes)
        }
        for (number, file) in files.enumerated() {
            let target = "\(path)/\(file.path)"
            let folder = Self.parent(of: target)
            try makeFolder(folder, &touched)
            guard unsafe rename("\(fresh)/\(number)", target) == 0 else { throw .logUnwritable(code: errno) }
            touched.insert(folder)
        }
        for folder in touched { try Self.sync(folder: folder) }
    }

    /// The bytes of a file by its path within the folder; nil if there is none.
    func contents(_ name: String) throws(TileError) -> [UInt8]? {
        let file = unsafe open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .unreadable(path: name, reason: Self.reason)
        }
        defer { _ = Glibc.close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(file, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw .unreadable(path: name, reason: Self.reason) }
            guard count > 0 else { return bytes }
            bytes += chunk.prefix(count)
        }
    }

    func read(_ path: String) throws(TileError) -> [UInt8] {
        guard let bytes = try contents(path) else { throw .missing(path: path) }
        return bytes
    }

    /// Drops a folder of tiles that are superfluous. Whether that succeeds matters to nobody.
    func drop(_ name: String) {
        try? FileManager.default.removeItem(atPath: "\(path)/\(name)")
    }

    // MARK: - The operating system

    private static var reason: String { unsafe String(cString: strerror(errno)) }

    private static func create(_ path: String, _ bytes: [UInt8]) throws(StoreError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .logUnwritable(code: errno) }
        defer { _ = Glibc.close(file) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes[written...].withUnsafeBytes {
                unsafe Glibc.write(file, $0.baseAddress, $0.count)
            }
            guard count > 0 else { throw .logUnwritable(code: errno) }
            written += count
        }
        guard fsync(file) == 0 else { throw .logUnwritable(code: errno) }
    }

    /// Makes a folder and those above it that are missing; each that contains a new one is to be synced.
    private func makeFolder(_ folder: String, _ touched: inout Set<String>) throws(StoreError) {
        guard unsafe mkdir(folder, 0o700) != 0 else {
            touched.insert(Self.parent(of: folder))
            return
        }
        guard errno != EEXIST else { return }
        guard errno == ENOENT, folder != "/", !folder.isEmpty else { throw .logUnwritable(code: errno) }
        try makeFolder(Self.parent(of: folder), &touched)
        guard unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw .logUnwritable(code: errno) }
        touched.insert(Self.parent(of: folder))
    }

    private static func parent(of path: String) -> String {
        let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        return parent.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : parent
    }

    private static func sync(folder: String) throws(StoreError) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .logUnwritable(code: errno) }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .logUnwritable(code: errno) }
    }
}
