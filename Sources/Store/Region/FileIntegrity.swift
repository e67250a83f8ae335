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
    package init(ofFileAt path: String) {
        guard FileManager.default.fileExists(atPath: path) else {
            self = .missing
            return
        }
        var settings = Configuration()
        settings.readonly = true
        settings.busyMode = .timeout(5)
        do {
            let database = try DatabaseQueue(path: path, configuration: settings)
            defer { try? database.close() }
            let complaints = try database.read { db in try String.fetchAll(db, sql: "PRAGMA integrity_check(5)") }
            self = complaints == ["ok"] ? .whole : .damaged(complaints)
        } catch {
            self = .unreadable
        }
    }
}
