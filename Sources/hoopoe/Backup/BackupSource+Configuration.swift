// SPDX-License-Identifier: Apache-2.0

import Server
import Store

extension BackupSource {
    /// What a data folder's configuration says to back up.
    init(_ settings: Configuration) throws(StoreError) {
        self.init(
            folder: settings.folder, region: try settings.storedRegion(), domain: settings.domain,
            program: "hoopoe \(MessagingServer.version)",
            secretFiles: [settings.tls.certificate, settings.tls.key] + settings.routes.map(\.passwordFile))
    }
}

extension Failure {
    /// A backup's refusal under its documented status.
    init(_ error: BackupError) {
        if case .store(let wrong) = error {
            self.init(wrong)
            return
        }
        let status: ExitReason =
            switch error {
            case .file, .database, .store: .inputOutput
            case .notOurs, .otherStore, .inside, .twoKeyParts, .keysApart, .notEmpty: .cannotCreate
            case .busy: .locked
            case .nothing, .missing: .noInput
            case .damaged, .newerFormat: .badData
            }
        self.init(status, error.description)
    }
}

/// Runs code over a backup; its refusals end the program with their statuses.
func backing<Result>(_ body: () throws(BackupError) -> Result) throws(Failure) -> Result {
    do throws(BackupError) {
        return try body()
    } catch {
        throw Failure(error)
    }
}
