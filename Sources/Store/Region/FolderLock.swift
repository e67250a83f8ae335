// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The exclusive right to a folder, held as long as this value lives and no longer than the process.
///
/// It is an advisory lock (flock) on `lock` in the folder: a crash releases it, and no stale file ever stands in the way.
package struct FolderLock: ~Copyable {
    private let file: CInt

    /// - Throws: `inUse` if another process holds it, `disk` if the lock's file can't be made or locked.
    package init(folder: String) throws(StoreError) {
        // Not a part of this value before all went well: `deinit` would close it a second time, and by then it may be another
        // thread's file.
        let file = unsafe open(Self.path(in: folder), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .disk(code: errno) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            _ = Glibc.close(file)
            throw code == EWOULDBLOCK ? .inUse : .disk(code: code)
        }
        // Whom to name to those who come second; the lock itself is what counts.
        let note = Array("\(getpid())\n".utf8)
        _ = ftruncate(file, 0)
        _ = unsafe note.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
        self.file = file
    }

    deinit { Self.unlock(file) }

    /// Unlocks, then closes: a child between its fork and its exec still has the file open, and with it the lock.
    private static func unlock(_ file: CInt) {
        flock(file, LOCK_UN)
        _ = Glibc.close(file)
    }

    /// Whether some process holds the folder now.
    package static func isHeld(folder: String) -> Bool {
        let file = unsafe open(path(in: folder), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { unlock(file) }
        return flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    /// The process that took the lock last, if it could say so.
    package static func holder(folder: String) -> Int32? {
        let file = unsafe open(path(in: folder), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { _ = Glibc.close(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, $0.count) }
        guard count > 0 else { return nil }
        return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").first.flatMap { Int32($0) }
    }

    private static func path(in folder: String) -> String { folder + "/lock" }
}
