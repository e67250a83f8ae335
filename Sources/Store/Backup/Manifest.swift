import Consent
import Crypto
import Foundation
import Wire

/// A file of a backup: where it lies there, where in a data folder it belongs, and its digest.
package struct ManifestFile: Hashable, Codable, Sendable {
    /// From the folder that the manifest is in.
    package let path: String
    /// From the data folder; nil for a file from outside of it.
    package let place: String?
    package let size: Int64
    package let sha256: String

    init(path: String, place: String?, digest: FileDigest) {
        self.path = path
        self.place = place
        size = digest.size
        sha256 = digest.sha256
    }

    var digest: FileDigest { FileDigest(size: size, sha256: sha256) }

    /// Neither leads out of its folder.
    var isContained: Bool {
        [path, place ?? path].allSatisfy { path in
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            return !parts.contains { $0.isEmpty || $0 == "." || $0 == ".." }
        }
    }
}

/// What a part of a backup consists of. Its own digest shows damage; it doesn't prove who wrote it.
package struct Manifest: Hashable, Codable, Sendable {
    package static let format = 1

    package var format = Self.format
    /// `content` or `keys`.
    package let part: String
    /// The program's name and version.
    package let program: String
    package let domain: String
    package let region: String
    /// The random name of the store, which content and keys must share.
    package let store: String
    /// When its copying began: milliseconds since 1970, and the same for people (ISO 8601, UTC).
    package let at: Int64
    package let time: String
    package var files: [ManifestFile]
    /// Of content's tables; of the keys nothing is counted.
    package var tables: [TableDigest]?
    /// Of the mark of a place: whether its key part is somewhere else.
    package var keysApart: Bool?
    /// SHA-256 of the manifest's bytes with zeros in this place.
    package var digest = Self.blank

    static let fileName = "manifest.json"
    private static let blank = String(repeating: "0", count: 64)

    init(part: String, source: BackupSource, store: String, at: Int64, files: [ManifestFile], tables: [TableDigest]?) {
        self.part = part
        program = source.program
        domain = source.domain
        region = source.region.name
        self.store = store
        self.at = at
        time = Date(timeIntervalSince1970: Double(at) / 1_000).formatted(.iso8601)
        self.files = files
        self.tables = tables
    }

    /// The file's bytes.
    func encoded() throws(BackupError) -> [UInt8] {
        var blank = self
        blank.digest = Self.blank
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(blank) else { throw .damaged(Self.fileName, "it can't be written") }
        let text = String(decoding: data, as: UTF8.self) + "\n"
        let digest = Hex.encode(Array(SHA256.hash(data: Array(text.utf8))))
        return Array(text.replacing("\"digest\" : \"\(Self.blank)\"", with: "\"digest\" : \"\(digest)\"").utf8)
    }

    /// Reads a part's manifest.
    static func read(_ path: String, part: String) throws(BackupError) -> Manifest {
        struct Version: Decodable { let format: Int }
        let bytes = try SyncedFiles.content(path)
        guard let version = try? JSONDecoder().decode(Version.self, from: Data(bytes)) else {
            throw .damaged(path, "it isn't JSON")
        }
        guard version.format <= format else { throw .newerFormat(path) }
        guard let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)), manifest.part == part,
            manifest.files.allSatisfy(\.isContained)
        else { throw .damaged(path, "it doesn't say what a manifest says") }
        let text = String(decoding: bytes, as: UTF8.self)
        let blank = text.replacing("\"digest\" : \"\(manifest.digest)\"", with: "\"digest\" : \"\(Self.blank)\"")
        guard Hex.encode(Array(SHA256.hash(data: Array(blank.utf8)))) == manifest.digest,
            blank.utf8.count == bytes.count
        else { throw .damaged(path, "its digest doesn't fit") }
        return manifest
    }
}
