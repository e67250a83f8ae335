import Foundation

/// The key part of a backup: one folder, replaced in place at each backup, so that a key that was destroyed is nowhere
/// in it afterwards.
///
/// Its files are replaced one by one. While that goes on, a second manifest says what they become, so that whichever of both a
/// file agrees with, it is whole.
struct KeyPart {
    let folder: String

    static let keysFile = "keys.sqlite"
    private static let next = "manifest.next.json"

    private var manifest: String { folder + "/" + Manifest.fileName }
    private var next: String { folder + "/" + Self.next }

    /// The manifests that the files may agree with, the newer one first; none if there is no key part.
    func manifests() throws(BackupError) -> [Manifest] {
        var found: [Manifest] = []
        for path in [next, manifest] where SyncedFiles.exists(path) {
            found.append(try Manifest.read(path, part: "keys"))
        }
        return found.filter { !$0.files.isEmpty }
    }

    /// Takes the folder for this store's keys.
    ///
    /// - Throws: `notOurs` or `otherStore` if something else is there.
    func claim(_ empty: Manifest) throws(BackupError) {
        try SyncedFiles.makeFolder(folder)
        guard try BackupPlace.isTaken(folder, by: [manifest, next]) else {
            try SyncedFiles.create(manifest, try empty.encoded())
            return try SyncedFiles.syncFolder(folder)
        }
        for path in [next, manifest] where SyncedFiles.exists(path) {
            guard try Manifest.read(path, part: "keys").store == empty.store else { throw .otherStore(folder) }
        }
        try finishInterrupted()
    }

    /// Puts the source's keys in the place of those that are here.
    func replace(from source: BackupSource, _ empty: Manifest) throws(BackupError) {
        var files: [ManifestFile] = []
        var names = [Self.keysFile]
        let fresh = folder + "/" + Self.keysFile + ".new"
        try DatabaseCopy.keys(source.files.keys, to: fresh)
        guard try DatabaseCopy.identity(fresh) == empty.store else { throw .store(.foreignKeys) }
        files.append(
            ManifestFile(
                path: Self.keysFile, place: source.regionPlace + "/" + Self.keysFile,
                digest: try SyncedFiles.digest(fresh)))
        for secret in source.secrets() {
            let target = folder + "/" + secret.name
            try SyncedFiles.makeFolder(SyncedFiles.parent(of: target))
            let digest = try SyncedFiles.copy(secret.path, to: target + ".new")
            files.append(ManifestFile(path: secret.name, place: secret.place, digest: digest))
            names.append(secret.name)
        }
        var coming = empty
        coming.files = files
        try SyncedFiles.create(next + ".new", try coming.encoded())
        try SyncedFiles.replace(next, with: next + ".new")
        for name in names { try SyncedFiles.replace(folder + "/" + name, with: folder + "/" + name + ".new") }
        try SyncedFiles.replace(manifest, with: next)
        let kept = Set(names + [Manifest.fileName])
        for path in SyncedFiles.files(below: folder) where !kept.contains(path) {
            try SyncedFiles.erase(folder + "/" + path)
        }
        try SyncedFiles.syncFolder(folder)
    }

    /// Destroys what an interrupted replacement left: new files that never got their place, old ones not overwritten.
    private func finishInterrupted() throws(BackupError) {
        for path in SyncedFiles.files(below: folder) where path.hasSuffix(".new") || path.hasSuffix(".old") {
            try SyncedFiles.erase(folder + "/" + path)
        }
    }
}
