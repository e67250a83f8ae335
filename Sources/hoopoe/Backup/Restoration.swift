// SPDX-License-Identifier: Apache-2.0

import Foundation
import Server
import Store

/// A data folder being made from a backup; taken away again if the whole does not succeed.
struct Restoration {
    private let backup: StoredBackup
    private let folder: String
    private let wasThere: Bool

    /// - Throws: ``ExitReason/cannotCreate`` if the folder is there and not empty.
    init(of backup: StoredBackup, into folder: String) throws(Failure) {
        self.backup = backup
        self.folder = folder
        if unsafe mkdir(folder, 0o700) == 0 {
            wasThere = false
            return
        }
        let content = try? FileManager.default.contentsOfDirectory(atPath: folder)
        guard let content else { throw Failure(.cannotCreate, "cannot create \(folder): \(systemMessage(EACCES))") }
        guard content.isEmpty else { throw Failure(.cannotCreate, BackupError.notEmpty(folder).description) }
        wasThere = true
        guard unsafe chmod(folder, 0o700) == 0 else {
            throw Failure(.cannotCreate, "cannot make \(folder) its owner's only: \(systemMessage())")
        }
    }

    /// Copies, begins the next log, and opens the store once as a server would.
    ///
    /// - Returns: the configuration of the new folder.
    func run() throws -> Configuration {
        do {
            try backing { () throws(BackupError) in try backup.place(into: folder) }
            try continueStore()
            try backing { () throws(BackupError) in try backup.placeConfiguration(into: folder) }
            return try Configuration.load(folder: folder)
        } catch {
            undo()
            throw error
        }
    }

    @Sendable func undo() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        if !wasThere { _ = unsafe rmdir(folder) }
    }

    private func continueStore() throws(Failure) {
        do throws(StoreError) {
            try RegionFiles(folder: folder, region: backup.region).openOnce(of: backup)
        } catch {
            throw Failure(error)
        }
    }
}
