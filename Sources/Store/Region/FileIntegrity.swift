import Foundation
import GRDB

/// Whether SQLite finds a database file whole.
package enum FileIntegrity: Equatable, Sendable {
    case whole
    case missing
    /// Not a database, or one that can't be opened.
    case unreadable
    /// SQLite's complaints, five at most.
    case damaged([String])

    /// Reads all of the file at `path`, changes nothing, and may run beside the server.
    ///
    /// With `inMemory` it reads a copy that it makes first, as large as the file: a withdrawal waits for whoever reads the keys
    /// file, and so for that copy only.
    package init(ofFileAt path: String, inMemory: Bool = false) {
        guard FileManager.default.fileExists(atPath: path) else {
            self = .missing
            return
        }
        var settings = Configuration.unraised
        settings.readonly = true
        settings.busyMode = .timeout(5)
        do {
            var database = try DatabaseQueue(path: path, configuration: settings)
            defer { try? database.close() }
            if inMemory {
                let copy = try DatabaseQueue()
                try database.backup(to: copy)
                try database.close()
                database = copy
            }
            let complaints = try database.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check(5)") }
            self = complaints == ["ok"] ? .whole : .damaged(complaints)
        } catch {
            self = .unreadable
        }
    }
}
