// SPDX-License-Identifier: Apache-2.0

import Foundation
package import Proof

/// A log as static files in a folder: this server's own, or a copy that somebody made of another's.
package struct LogFolderReader: TileReader {
    private let folder: String

    package init(_ folder: String) {
        self.folder = folder
    }

    /// Blocks for a small read. A file longer than any of its kind is malformed.
    package func read(_ path: String) throws(TileError) -> [UInt8] {
        let whole = "\(folder)/\(path)"
        let limit = LogFileSize.limit(of: path)
        let data: Data?
        do {
            let file = try FileHandle(forReadingFrom: URL(filePath: whole))
            defer { try? file.close() }
            data = try file.read(upToCount: limit + 1)
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            throw .missing(path: path)
        } catch {
            guard FileManager.default.fileExists(atPath: whole) else { throw .missing(path: path) }
            throw .unreadable(path: path, reason: "the file system refuses it; look at its owner and its rights")
        }
        let bytes = [UInt8](data ?? Data())
        guard bytes.count <= limit else { throw .malformed(path: path) }
        return bytes
    }
}
