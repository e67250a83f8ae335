import Foundation

/// Where backups lie: `content/STAMP/` as many as there are, and one key part in `keys/` or wherever was said.
package struct BackupPlace: Sendable {
    package let folder: String
    package let keys: String

    /// `keys` is a folder for the key part alone, such as one on another medium; nil for the one beside content.
    package init(_ folder: String, keys: String? = nil) {
        self.folder = SyncedFiles.standard(folder)
        self.keys = keys.map(SyncedFiles.standard) ?? SyncedFiles.standard(folder) + "/keys"
    }

    var content: String { folder + "/content" }
    var marker: String { folder + "/backup.json" }
    var keyPart: KeyPart { KeyPart(folder: keys) }

    static let partial = ".partial"

    func stamp(_ stamp: String) -> String { content + "/" + stamp }

    /// The stamps of the backups that are whole, oldest first.
    package var stamps: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: content)) ?? []
        return names.filter { !$0.hasSuffix(Self.partial) && SyncedFiles.exists(stamp($0) + "/" + Manifest.fileName) }
            .sorted()
    }

    /// Takes the place for backups of one store.
    func claim(_ mark: Manifest, of source: BackupSource) throws(BackupError) {
        for path in [folder, keys] {
            let (inner, outer) = (SyncedFiles.resolved(path) + "/", SyncedFiles.resolved(source.folder) + "/")
            guard !inner.hasPrefix(outer) else { throw .inside(path, folder: source.folder) }
        }
        let isApart = keys != folder + "/keys"
        if isApart, SyncedFiles.exists(folder + "/keys/" + Manifest.fileName) {
            throw .twoKeyParts(kept: folder + "/keys", asked: keys)
        }
        try SyncedFiles.makeFolder(folder)
        if try Self.isTaken(folder, by: [marker]) {
            let taken = try Manifest.read(marker, part: "backup")
            guard taken.store == mark.store else { throw .otherStore(folder) }
            if taken.keysApart == true, !isApart { throw .keysApart(folder) }
        } else {
            var mark = mark
            mark.keysApart = isApart
            try SyncedFiles.create(marker, try mark.encoded())
            try SyncedFiles.syncFolder(folder)
        }
        try SyncedFiles.makeFolder(content)
    }

    /// Removes what interrupted backups left.
    func removePartial() throws(BackupError) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: content)) ?? []
        for name in names where name.hasSuffix(Self.partial) { try Self.remove(stamp(name)) }
    }

    /// Removes all but the newest `count` of content.
    func prune(keeping count: Int) throws(BackupError) {
        for stamp in stamps.dropLast(max(count, 1)) { try Self.remove(self.stamp(stamp)) }
        try SyncedFiles.syncFolder(content)
    }

    /// Whether one of `marks` says that a folder is ours; false for an empty one.
    ///
    /// - Throws: `notOurs` if it is neither.
    static func isTaken(_ folder: String, by marks: [String]) throws(BackupError) -> Bool {
        if marks.contains(where: SyncedFiles.exists) { return true }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { throw .notOurs(folder) }
        guard names.allSatisfy({ $0 == "lost+found" }) else { throw .notOurs(folder) }
        return false
    }

    static func remove(_ path: String) throws(BackupError) {
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw .file(path: path, code: EIO)
        }
    }
}
