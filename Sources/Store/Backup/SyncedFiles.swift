import Crypto
import Foundation
import Wire

/// What a manifest says of a file.
package struct FileDigest: Hashable, Sendable {
    /// Bytes.
    package let size: Int64
    /// SHA-256 in lower-case hexadecimal.
    package let sha256: String
}

/// Files of a backup: their owner's only, and on the disk when a call returns.
enum SyncedFiles {
    private static let chunk = 1 << 20

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The regular files below a folder, links to such included, by their paths from it, in order.
    static func files(below folder: String) -> [String] {
        let paths = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        return paths.filter { exists(folder + "/" + $0) && !isFolder(folder + "/" + $0) }.sorted()
    }

    /// Makes a folder and those above it, as far as they are missing.
    static func makeFolder(_ path: String) throws(BackupError) {
        if isFolder(path) { return }
        if unsafe mkdir(path, 0o700) == 0 { return try syncFolder(parent(of: path)) }
        let code = errno
        guard code == ENOENT, parent(of: path) != path else { throw .file(path: path, code: code) }
        try makeFolder(parent(of: path))
        guard unsafe mkdir(path, 0o700) == 0 else { throw .file(path: path, code: errno) }
        try syncFolder(parent(of: path))
    }

    static func syncFolder(_ path: String) throws(BackupError) {
        let folder = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw .file(path: path, code: errno) }
        defer { close(folder) }
        // File systems that sync folders by themselves say EINVAL.
        guard fsync(folder) == 0 || errno == EINVAL else { throw .file(path: path, code: errno) }
    }

    static func sync(_ path: String) throws(BackupError) {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw .file(path: path, code: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .file(path: path, code: errno) }
    }

    /// A new file with these bytes; one that is there already is an error.
    static func create(_ path: String, _ bytes: [UInt8] = []) throws(BackupError) {
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .file(path: path, code: errno) }
        defer { close(file) }
        try write(bytes[...], to: file, path)
        guard fsync(file) == 0 else { throw .file(path: path, code: errno) }
    }

    /// Copies a file in pieces of a mebibyte; what it returns is of the bytes as they were read.
    static func copy(_ source: String, to target: String) throws(BackupError) -> FileDigest {
        let file = unsafe open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .file(path: target, code: errno) }
        defer { close(file) }
        let digest = try read(source) { (bytes) throws(BackupError) in try write(bytes, to: file, target) }
        guard fsync(file) == 0 else { throw .file(path: target, code: errno) }
        return digest
    }

    static func digest(_ path: String) throws(BackupError) -> FileDigest {
        try read(path) { (_) throws(BackupError) in }
    }

    /// The whole of a small file.
    static func content(_ path: String) throws(BackupError) -> [UInt8] {
        var all: [UInt8] = []
        _ = try read(path) { (bytes) throws(BackupError) in all.append(contentsOf: bytes) }
        return all
    }

    /// Overwrites a file with zeros, so that its bytes don't outlive its name, and removes it.
    ///
    /// Disks that never write to the same place twice may keep the old bytes all the same; no program can tell.
    static func erase(_ path: String) throws(BackupError) {
        let file = unsafe open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        if file >= 0 {
            defer { close(file) }
            // A crash between the second name and the replacement leaves a file with two names: it is still in use.
            var status = stat()
            guard unsafe fstat(file, &status) == 0 else { throw .file(path: path, code: errno) }
            if status.st_nlink == 1 { try overwrite(file, path) }
        } else if errno == ENOENT {
            return
        }
        guard unsafe unlink(path) == 0 else { throw .file(path: path, code: errno) }
    }

    /// Puts `fresh` in the place of `path` and overwrites what was there with zeros.
    ///
    /// The old bytes keep a name, `path` and `.old`, until they are overwritten, so that a crash in between is made up for by
    /// the next backup; where a file system has no second names, they are overwritten all the same.
    static func replace(_ path: String, with fresh: String) throws(BackupError) {
        let old = unsafe open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        defer { if old >= 0 { close(old) } }
        if old >= 0 { _ = unsafe link(path, path + ".old") }
        guard unsafe rename(fresh, path) == 0 else { throw .file(path: path, code: errno) }
        try syncFolder(parent(of: path))
        guard old >= 0 else { return }
        try overwrite(old, path)
        _ = unsafe unlink(path + ".old")
        try syncFolder(parent(of: path))
    }

    /// The last part of a path.
    static func name(_ path: String) -> String { URL(filePath: path).lastPathComponent }

    /// An absolute path without `.` and `..`; links stay.
    static func standard(_ path: String) -> String { URL(filePath: path).standardizedFileURL.path }

    /// The path that remains when all links in it are followed, as far as it exists.
    static func resolved(_ path: String) -> String {
        let standard = standard(path)
        guard !exists(standard), standard != "/" else { return URL(filePath: standard).resolvingSymlinksInPath().path }
        return resolved(parent(of: standard)) + "/" + name(standard)
    }

    static func parent(of path: String) -> String {
        let parent = URL(filePath: path).deletingLastPathComponent().path
        return parent.isEmpty ? "." : parent
    }

    private static func overwrite(_ file: CInt, _ path: String) throws(BackupError) {
        let size = lseek(file, 0, SEEK_END)
        guard size >= 0, lseek(file, 0, SEEK_SET) == 0 else { throw .file(path: path, code: errno) }
        let zeros = [UInt8](repeating: 0, count: chunk)
        var left = Int(size)
        while left > 0 {
            try write(zeros.prefix(left), to: file, path)
            left -= min(left, chunk)
        }
        guard fsync(file) == 0 else { throw .file(path: path, code: errno) }
    }

    private static func read(
        _ path: String, _ body: (ArraySlice<UInt8>) throws(BackupError) -> Void
    ) throws(BackupError) -> FileDigest {
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT ? .missing(path) : .file(path: path, code: errno)
        }
        defer { close(file) }
        var hash = SHA256()
        var size: Int64 = 0
        var buffer = [UInt8](repeating: 0, count: chunk)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { unsafe Foundation.read(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .file(path: path, code: errno) }
            if count == 0 { break }
            hash.update(data: buffer[..<count])
            size += Int64(count)
            try body(buffer[..<count])
        }
        return FileDigest(size: size, sha256: Hex.encode(Array(hash.finalize())))
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to file: CInt, _ path: String) throws(BackupError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Foundation.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .file(path: path, code: errno) }
            rest = rest.dropFirst(count)
        }
    }
}
