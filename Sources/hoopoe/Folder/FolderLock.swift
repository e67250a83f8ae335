// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The exclusive right to serve a data folder, held as long as this value lives and no longer than the process.
///
/// It is an advisory lock (flock) on `DIR/lock`: a crash releases it, and no stale file ever stands in the way.
package struct FolderLock: ~Copyable {
    private let descriptor: Int32

    /// - Throws: ``ExitReason/locked`` if another process serves the folder.
    package init(_ folder: DataFolder) throws(Failure) {
        let descriptor = unsafe open(folder.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(.cannotCreate, "cannot open \(folder.lock): \(systemMessage())") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            let holder = Self.holder(descriptor)
            close(descriptor)
            guard code == EWOULDBLOCK else {
                throw Failure(.inputOutput, "cannot lock \(folder.lock): \(systemMessage(code))")
            }
            throw Failure(
                .locked, "\(folder.path) is in use by another hoopoe\(holder); a folder has one server at a time")
        }
        self.descriptor = descriptor
        // For the sentence above only; the lock itself is what counts.
        let note = Array("\(getpid())\n".utf8)
        ftruncate(descriptor, 0)
        _ = unsafe note.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    deinit { Self.unlock(descriptor) }

    /// Unlocks, then closes: a child between its fork and its exec still has the file open, and with it the lock.
    private static func unlock(_ descriptor: Int32) {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Whether some process serves the folder now.
    package static func isHeld(_ folder: DataFolder) -> Bool {
        let descriptor = unsafe open(folder.lock, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { unlock(descriptor) }
        return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
    }

    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0, let line = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").first,
            let process = Int32(line)
        else { return "" }
        return " (process \(process))"
    }
}
