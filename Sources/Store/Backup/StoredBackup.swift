package import Consent
import Foundation

/// A backup that was written before: looks into it, checks it, puts it back.
package struct StoredBackup: Sendable {
    package let stamp: String
    /// Of the content.
    package let manifest: Manifest
    package let region: Region
    private let content: String
    private let keys: String
    /// What the key part's files may agree with, the newer first.
    private let keyManifests: [Manifest]

    /// The backup of `stamp`, or the newest.
    ///
    /// - Throws: what is wrong with the manifests, or that they don't belong together.
    package init(at place: BackupPlace, stamp: String? = nil) throws(BackupError) {
        guard SyncedFiles.exists(place.marker) else { throw .nothing("\(place.folder) isn't where one was written") }
        let mark = try Manifest.read(place.marker, part: "backup")
        let stamps = place.stamps
        guard let chosen = stamp ?? stamps.last else { throw .nothing("\(place.folder) holds none that is whole") }
        guard stamps.contains(chosen) else {
            throw .nothing("\(chosen) isn't in \(place.folder), which holds \(stamps.joined(separator: ", "))")
        }
        self.stamp = chosen
        content = place.stamp(chosen)
        keys = place.keys
        manifest = try Manifest.read(content + "/" + Manifest.fileName, part: "content")
        guard manifest.store == mark.store else { throw .otherStore(content) }
        guard let region = Region(manifest.region) else { throw .damaged(content, "its region has no name") }
        self.region = region
        let keyPart = place.keyPart
        keyManifests = try keyPart.manifests()
        guard !keyManifests.isEmpty else {
            throw .nothing("the key part isn't in \(keys); name its folder with --keys")
        }
        guard keyManifests.allSatisfy({ $0.store == manifest.store }) else { throw .otherStore(keys) }
    }

    /// When the key part was written: milliseconds since 1970.
    package var keysAt: Int64 { keyManifests.first?.at ?? 0 }

    /// What the configuration names that lies outside of the data folder, by its paths now and in the key part.
    package var outside: [String] {
        keyFiles.filter { $0.place == nil }.map { String($0.path.dropFirst("outside".count)) }
    }

    private var keyFiles: [ManifestFile] { keyManifests.first?.files ?? [] }

    /// Compares all files with their manifests.
    ///
    /// - Returns: what is wrong, one for each file.
    package func damages() -> [BackupError] {
        var damages: [BackupError] = []
        func look(_ folder: String, _ file: ManifestFile, _ allowed: [FileDigest]) {
            do throws(BackupError) {
                let digest = try SyncedFiles.digest(folder + "/" + file.path)
                try check(digest, allowed, folder + "/" + file.path)
            } catch {
                damages.append(error)
            }
        }
        for file in manifest.files { look(content, file, [file.digest]) }
        for file in keyFiles { look(keys, file, allowed(file)) }
        return damages
    }

    /// Puts everything into a data folder but for the configuration, checking each byte on its way.
    package func place(into folder: String) throws(BackupError) {
        for file in manifest.files where file.path != BackupSource.configuration {
            try place(content, file, [file.digest], folder)
        }
        for file in keyFiles { try place(keys, file, allowed(file), folder) }
    }

    /// Puts the configuration there: last, so that a folder with a configuration is a whole one.
    package func placeConfiguration(into folder: String) throws(BackupError) {
        for file in manifest.files where file.path == BackupSource.configuration {
            try place(content, file, [file.digest], folder)
        }
    }

    /// Counts and digests of content's tables in a folder that ``place(into:)`` filled, as they are now.
    package func tables(in folder: String) throws(BackupError) -> [TableDigest] {
        try TableDigest.all(inFileAt: RegionFiles(folder: folder, region: region).content)
    }

    private func place(
        _ origin: String, _ file: ManifestFile, _ allowed: [FileDigest], _ folder: String
    ) throws(BackupError) {
        let target = folder + "/" + (file.place ?? file.path)
        try SyncedFiles.makeFolder(SyncedFiles.parent(of: target))
        let digest = try SyncedFiles.copy(origin + "/" + file.path, to: target)
        try check(digest, allowed, origin + "/" + file.path)
        try SyncedFiles.syncFolder(SyncedFiles.parent(of: target))
    }

    private func allowed(_ file: ManifestFile) -> [FileDigest] {
        keyManifests.flatMap { $0.files.filter { $0.path == file.path }.map(\.digest) }
    }

    private func check(_ digest: FileDigest, _ allowed: [FileDigest], _ path: String) throws(BackupError) {
        guard !allowed.contains(digest) else { return }
        guard allowed.contains(where: { $0.size == digest.size }) else {
            let sizes = allowed.map { "\($0.size)" }.joined(separator: " or ")
            throw .damaged(path, "it has \(digest.size) bytes instead of \(sizes)")
        }
        throw .damaged(path, "its bytes aren't those that were written")
    }
}
