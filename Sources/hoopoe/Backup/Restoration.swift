// SPDX-License-Identifier: Apache-2.0

import Consent
import Foundation
import Store

/// A data folder being made from a backup; taken away again if the whole does not succeed.
struct Restoration: Sendable {
    let folder: String
    private let backup: StoredBackup
    private let wasThere: Bool

    /// - Throws: ``ExitReason/cannotCreate`` if the folder is there and not empty.
    init(of backup: StoredBackup, into folder: String) throws(Failure) {
        self.backup = backup
        self.folder = folder
        if unsafe mkdir(folder, 0o700) == 0 {
            wasThere = false
            return
        }
        let code = errno
        guard let content = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw Failure(.cannotCreate, "cannot create \(folder): \(systemMessage(code))")
        }
        guard content.isEmpty else { throw Failure(.cannotCreate, BackupError.notEmpty(folder).description) }
        guard unsafe chmod(folder, 0o700) == 0 else {
            throw Failure(.cannotCreate, "cannot make \(folder) its owner's only: \(systemMessage())")
        }
        wasThere = true
    }

    /// Makes the whole folder, the configuration last, or leaves it as it was.
    ///
    /// - Returns: the number under which the transparency log goes on.
    func run() throws(Failure) -> Int32 {
        do throws(Failure) {
            try place()
            let store = try openStore()
            defer { store.close() }
            try backing { () throws(BackupError) in try backup.placeConfiguration(into: folder) }
            return store.log.number
        } catch {
            undo()
            throw error
        }
    }

    /// Copies everything but the configuration.
    func place() throws(Failure) {
        try backing { () throws(BackupError) in try backup.place(into: folder) }
    }

    /// Begins the next log, and opens the store as a server would: what lies under keys that were destroyed since goes now.
    func openStore() throws(Failure) -> RegionStore {
        do throws(StoreError) {
            let issuer = Issuer(domain: backup.manifest.domain)
            try RegionFiles(folder: folder, region: backup.region).beginNewLog(issuer: issuer)
            return try RegionStore(folder: folder, region: backup.region, issuer: issuer)
        } catch {
            throw Failure(error)
        }
    }

    @Sendable func undo() {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
        }
        if !wasThere { _ = unsafe rmdir(folder) }
    }
}
