// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Files and folders being made, owner-only, never over anything, and taken away again if the whole does not succeed.
package struct NewFiles: ~Copyable {
    private var made: [String] = []
    private var isKept = false

    package init() {}

    deinit {
        guard !isKept else { return }
        for path in made.reversed() { _ = unsafe remove(path) }
    }

    /// All is well: nothing is taken away.
    package consuming func keep() { isKept = true }

    /// A folder for its owner only (0700); an empty one that is there already is made so and stays.
    package mutating func folder(_ path: String) throws(Failure) {
        if unsafe mkdir(path, 0o700) == 0 {
            made.append(path)
            return
        }
        guard errno == EEXIST else { throw Failure(.cannotCreate, "cannot create \(path): \(systemMessage())") }
        let content: [String]
        do {
            content = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw Failure(.cannotCreate, "\(path) is there already and is not a folder this user can read")
        }
        guard content.isEmpty else {
            throw Failure(.cannotCreate, "\(path) is not empty; nothing was changed. Name a new folder.")
        }
        guard unsafe chmod(path, 0o700) == 0 else {
            throw Failure(.cannotCreate, "cannot make \(path) its owner's only: \(systemMessage())")
        }
    }

    /// A path that somebody else is about to make, to be taken away with the rest.
    package mutating func adopt(_ path: String) { made.append(path) }

    /// A file for its owner only (0600), on disk when this returns.
    package mutating func file(_ path: String, _ content: some Sequence<UInt8>) throws(Failure) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(.cannotCreate, "cannot create \(path): \(systemMessage())") }
        made.append(path)
        defer { close(descriptor) }
        try writeDurably(content, to: descriptor, path)
    }
}

/// Replaces a file at once, owner-only: a reader sees the old content or the new, never a part.
package func replaceFile(_ path: String, _ content: some Sequence<UInt8>) throws(Failure) {
    try replaceFiles([(path, Array(content))])
}

/// Replaces files that belong together, one right after the other. All are on the disk under other names before the first is
/// replaced: a full disk leaves them as they were.
package func replaceFiles(_ files: [(path: String, content: [UInt8])]) throws(Failure) {
    // What wasn't renamed is taken away again.
    defer { for (path, _) in files { _ = unsafe remove("\(path).new") } }
    for (path, content) in files {
        let fresh = "\(path).new"
        _ = unsafe remove(fresh)
        let descriptor = unsafe open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(.cannotCreate, "cannot create \(fresh): \(systemMessage())") }
        defer { close(descriptor) }
        try writeDurably(content, to: descriptor, fresh)
    }
    for (path, _) in files where unsafe rename("\(path).new", path) != 0 {
        throw Failure(.inputOutput, "cannot replace \(path): \(systemMessage())")
    }
    for folder in Set(files.map { URL(fileURLWithPath: $0.path).deletingLastPathComponent().path }) {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { continue }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(.inputOutput, "cannot write \(folder): \(systemMessage())") }
    }
}

private func writeDurably(_ content: some Sequence<UInt8>, to descriptor: Int32, _ path: String) throws(Failure) {
    var bytes = Array(content)[...]
    while !bytes.isEmpty {
        let written = unsafe bytes.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw Failure(.inputOutput, "cannot write \(path): \(systemMessage())") }
        bytes = bytes.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw Failure(.inputOutput, "cannot write \(path): \(systemMessage())") }
}

/// What the operating system says about the last failed call.
func systemMessage(_ code: Int32 = errno) -> String { unsafe String(cString: strerror(code)) }
