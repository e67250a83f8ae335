import Foundation

/// Writes backups: content first, the keys after it, always. Later keys fit earlier content, and never the other way round.
///
/// Works beside a server and without one; it changes nothing in the data folder.
package struct Backup: Sendable {
    /// What is being done, for somebody who waits.
    package enum Step: String, Sendable {
        case content = "copying content"
        case tables = "reading the copy"
        case folders = "copying the log and the terms"
        case keys = "replacing the key part"
    }

    /// What was written.
    package struct Written: Sendable {
        package let stamp: String
        /// The folder of its content.
        package let content: String
        package let manifest: Manifest
        /// The folder of the key part.
        package let keys: String
    }

    private let source: BackupSource
    private let place: BackupPlace

    package init(of source: BackupSource, to place: BackupPlace) {
        self.source = source
        self.place = place
    }

    /// Writes one, begun at `now` in milliseconds since 1970, and then lets go of all but the newest `keep`.
    ///
    /// Whatever stops it, the backups before it stay whole, with the keys that fit them.
    package func run(
        keep: Int? = nil, now: Int64 = WallClock.system.now(), step: (Step) -> Void = { _ in }
    ) throws(BackupError) -> Written {
        let store = try DatabaseCopy.identity(source.files.content)
        func manifest(_ part: String, _ files: [ManifestFile] = [], _ tables: [TableDigest]? = nil) -> Manifest {
            Manifest(part: part, source: source, store: store, at: now, files: files, tables: tables)
        }
        try place.claim(manifest("backup"), of: source)
        let lock = try lock()
        try place.removePartial()
        try place.keyPart.claim(manifest("keys"))
        let stamp = freeStamp(now)
        let folder = place.stamp(stamp)
        let partial = folder + BackupPlace.partial
        let written: Manifest
        do throws(BackupError) {
            try SyncedFiles.makeFolder(partial)
            step(.content)
            try DatabaseCopy.content(source.files.content, to: partial + "/" + Content.fileName)
            step(.tables)
            let tables = try TableDigest.all(inFileAt: partial + "/" + Content.fileName)
            step(.folders)
            written = manifest("content", try contentFiles(in: partial), tables)
            try SyncedFiles.create(partial + "/" + Manifest.fileName, try written.encoded())
            try syncFolders(in: partial)
            step(.keys)
            try place.keyPart.replace(from: source, manifest("keys"))
            // Last, so that no content is ever found without keys that are at least as new.
            guard unsafe rename(partial, folder) == 0 else { throw .file(path: folder, code: errno) }
            try SyncedFiles.syncFolder(place.content)
        } catch {
            try? place.removePartial()
            throw error
        }
        if let keep { try place.prune(keeping: keep) }
        _ = consume lock
        return Written(stamp: stamp, content: folder, manifest: written, keys: place.keys)
    }

    private func lock() throws(BackupError) -> FolderLock {
        do throws(StoreError) {
            return try FolderLock(folder: place.folder)
        } catch {
            switch error {
            case .inUse: throw .busy(place.folder)
            case .disk(let code): throw .file(path: place.folder + "/lock", code: code)
            default: throw .store(error)
            }
        }
    }

    /// The moment as a name that sorts, and is new.
    private func freeStamp(_ now: Int64) -> String {
        let time = Date(timeIntervalSince1970: Double(now) / 1_000).formatted(.iso8601).replacing(":", with: "-")
        var stamp = time
        var count = 1
        while SyncedFiles.exists(place.stamp(stamp)) {
            count += 1
            stamp = "\(time).\(count)"
        }
        return stamp
    }

    /// Copies everything but the database, which is there, and gives all their digests.
    private func contentFiles(in partial: String) throws(BackupError) -> [ManifestFile] {
        let database = try SyncedFiles.digest(partial + "/" + Content.fileName)
        let configuration = BackupSource.configuration
        var files = [
            ManifestFile(
                path: Content.fileName, place: source.regionPlace + "/" + Content.fileName, digest: database),
            ManifestFile(
                path: configuration, place: configuration,
                digest: try SyncedFiles.copy(source.folder + "/" + configuration, to: partial + "/" + configuration))
        ]
        for folder in source.publicFolders {
            let origin = source.folder + "/" + folder.place
            guard SyncedFiles.isFolder(origin) else { continue }
            // A log grows meanwhile: what its checkpoint speaks of is there before the checkpoint is.
            var copied: Set<String> = []
            let heads = SyncedFiles.files(below: origin).filter { SyncedFiles.name($0) == "checkpoint" }
            for path in heads + SyncedFiles.files(below: origin) where copied.insert(path).inserted {
                let target = partial + "/" + folder.name + "/" + path
                try SyncedFiles.makeFolder(SyncedFiles.parent(of: target))
                do throws(BackupError) {
                    let digest = try SyncedFiles.copy(origin + "/" + path, to: target)
                    files.append(
                        ManifestFile(path: folder.name + "/" + path, place: folder.place + "/" + path, digest: digest))
                } catch .missing {
                    // A temporary file or a partial tile that gave way to a full one.
                    _ = unsafe unlink(target)
                }
            }
        }
        return files
    }

    private func syncFolders(in partial: String) throws(BackupError) {
        let below = FileManager.default.enumerator(atPath: partial)?.compactMap { $0 as? String } ?? []
        for path in below where SyncedFiles.isFolder(partial + "/" + path) {
            try SyncedFiles.syncFolder(partial + "/" + path)
        }
        try SyncedFiles.syncFolder(partial)
        try SyncedFiles.syncFolder(place.content)
    }
}
