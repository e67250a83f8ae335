// SPDX-License-Identifier: Apache-2.0

import Foundation
import Store

/// Whether a backup can be restored, found out by restoring it into a scratch folder.
struct BackupVerification: Sendable {
    /// The stamp of the backup that is looked at; nil if there is none.
    var chosen: String? { try? backup.get().stamp }

    private let backup: Result<StoredBackup, BackupError>
    private let people: Int
    private let scratch: String

    init(_ place: BackupPlace, stamp: String?, people: Int) {
        do throws(BackupError) {
            backup = .success(try StoredBackup(at: place, stamp: stamp))
        } catch {
            backup = .failure(error)
        }
        self.people = people
        scratch = FileManager.default.temporaryDirectory.appending(path: "hoopoe-verify-\(UUID().uuidString)").path
    }

    @Sendable func removeScratch() { try? FileManager.default.removeItem(atPath: scratch) }

    func findings() -> [Finding] {
        do throws(BackupError) {
            let backup = try backup.get()
            let time = backup.manifest.time
            var findings = [
                Finding("backup", .ok, "\(backup.stamp) of \(backup.manifest.domain), begun at \(time)")
            ]
            let damages = backup.damages()
            guard damages.isEmpty else {
                return findings + damages.map { Finding("files", .failed, $0.description) }
            }
            findings.append(
                Finding("files", .ok, "\(backup.manifest.files.count) files of content and the key part are as written")
            )
            return findings + restored(backup)
        } catch {
            return [Finding("backup", .failed, error.description)]
        }
    }

    private func restored(_ backup: StoredBackup) -> [Finding] {
        var findings: [Finding] = []
        do throws(Failure) {
            let restoration = try Restoration(of: backup, into: scratch)
            try restoration.place()
            let tables = try backing { () throws(BackupError) in try backup.tables(in: scratch) }
            findings.append(compare(tables, backup.manifest.tables ?? []))
            findings += StoreExamination(RegionFiles(folder: scratch, region: backup.region)).findings()
            let store = try restoration.openStore()
            defer { store.close() }
            findings.append(Finding("store", .ok, "opens as a server would open it"))
            findings += try keys(store, tables)
        } catch {
            findings.append(Finding("store", .failed, error.message))
        }
        return findings
    }

    private func compare(_ found: [TableDigest], _ written: [TableDigest]) -> Finding {
        let wrong = Set(found).symmetricDifference(written).map(\.name)
        guard wrong.isEmpty, !written.isEmpty else {
            let names = Set(wrong).sorted().joined(separator: ", ")
            return Finding("tables", .failed, "other rows than those that were copied: \(names)")
        }
        let rows = written.reduce(0) { $0 + $1.rows }
        return Finding("tables", .ok, "\(rows) rows in \(written.count) tables are those that were copied")
    }

    private func keys(_ store: RegionStore, _ tables: [TableDigest]) throws(Failure) -> [Finding] {
        let trial: KeyTrial
        do throws(StoreError) {
            trial = try store.tryKeys(limit: people)
        } catch {
            throw Failure(error)
        }
        var findings: [Finding] = []
        if trial.failed > 0 {
            findings.append(
                Finding(
                    "keys", .failed,
                    "of \(trial.tried) people tried, \(trial.failed) have something that their keys don't open"))
        } else {
            findings.append(
                Finding(
                    "keys", .ok,
                    "open what is kept of \(trial.tried) of \(trial.people) people, and \(trial.messagesOpened) messages"
                ))
        }
        let copied = tables.first { $0.name == "message" }?.rows ?? 0
        if trial.messageRows < copied {
            findings.append(
                Finding(
                    "withdrawn", .ok,
                    "\(copied - trial.messageRows) messages lay under keys that were destroyed since, and are gone"))
        }
        return findings
    }
}
