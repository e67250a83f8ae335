// SPDX-License-Identifier: Apache-2.0

import Foundation
import GRDB
import Store

/// Whether SQLite finds the region's files whole. Reads only; may run beside the server.
struct StoreExamination {
    private let files: RegionFiles

    init(_ files: RegionFiles) { self.files = files }

    func findings() -> [Finding] {
        [("store-content", files.content), ("store-keys", files.keys)].map { id, path in
            guard FileManager.default.fileExists(atPath: path) else {
                return Finding(id, .failed, "\(path) is missing: put it back from a backup, both files of the same one")
            }
            do {
                return try examine(id, path)
            } catch {
                return Finding(id, .failed, "\(path) cannot be read as a database: restore it, both files together")
            }
        }
    }

    private func examine(_ id: String, _ path: String) throws -> Finding {
        var settings = GRDB.Configuration()
        settings.readonly = true
        settings.busyMode = .timeout(5)
        let database = try DatabaseQueue(path: path, configuration: settings)
        defer { try? database.close() }
        let complaints = try database.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check(5)") }
        return complaints == ["ok"]
            ? Finding(id, .ok, "is whole")
            : Finding(
                id, .failed,
                "\(path) is damaged: restore it, both files together. \(complaints.joined(separator: "; "))")
    }
}
