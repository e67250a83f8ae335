package import Consent
import Foundation
import GRDB
import Proof

/// The files of a region: `regions/<name>/` with `region.key`, `keys.sqlite`, `content.sqlite`, and the
/// logs that it publishes in `log/1/`, `log/2/` ….
package struct RegionFiles: Sendable {
    package let directory: String
    let region: Region

    package init(folder: String, region: Region) {
        directory = folder + "/regions/" + region.name
        self.region = region
    }

    package var regionKey: String { directory + "/region.key" }
    package var keys: String { directory + "/" + KeysFile.fileName }
    package var content: String { directory + "/" + Content.fileName }

    /// Where log `number` is published from; readable by its owner only, so that another web server gets a copy of it.
    package func log(_ number: Int32) -> String { "\(directory)/log/\(number)" }

    var hasKeys: Bool { FileManager.default.fileExists(atPath: keys) }
    var hasContent: Bool { FileManager.default.fileExists(atPath: content) }

    /// Makes a new region: a random key that only its owner can read, and two empty databases that belong together.
    ///
    /// - Throws: `exists` if any of the files is there; nothing is overwritten.
    package func create() throws(StoreError) {
        for (path, name) in [(regionKey, "region.key"), (keys, KeysFile.fileName), (content, Content.fileName)]
        where FileManager.default.fileExists(atPath: path) {
            throw .exists(name)
        }
        let secret = RandomBytes.make(RegionKey.byteCount)
        guard let key = RegionKey(bytes: secret) else { throw .damaged("region.key") }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .missing("folder that can be written")
        }
        try PrivateFile.create(keys, [])
        try PrivateFile.create(content, [])
        let identity = RandomBytes.make(16)
        let secrets = try StoreError.consenting { () throws(Denied) in
            try NumberSecrets.mint(for: region, under: key) + [try LogSecret.mint(1, for: region, under: key)]
        }
        let (keysFile, contentFile) = try open(readers: 1)
        try keysFile.write { (keys) throws(StoreError) in
            try keys.setIdentity(identity)
            for secret in secrets { try keys.insert(secret) }
        }
        try keysFile.truncateLog()
        try StoreError.wrap {
            try contentFile.pool.write { db in try SQL(db: db).setIdentity(identity) }
            try contentFile.pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
            try contentFile.close()
            try keysFile.pool.close()
        }
        // The key comes last: with it the region is complete.
        try PrivateFile.create(regionKey, secret)
    }

    /// Begins the log after the newest one, with a key of its own: for a store that was put back from a backup. The old log may
    /// have grown since the backup was made, and is never signed for again. To be called while nobody has the store open.
    ///
    /// The new log's first leaf is public and quotes the old log's last checkpoint as far as it is known here. Leaves that
    /// the old log's files don't have are entered into the new one, so that everybody's receipts get their proofs.
    /// Keys of people that content doesn't know, who joined after it was copied, are destroyed, and their numbers are free again.
    /// `issuer` is who gives receipts here, as for ``RegionStore``.
    ///
    /// - Returns: the new log's number.
    @discardableResult
    package func beginNewLog(issuer: Issuer, wall: WallClock = .system) throws(StoreError) -> Int32 {
        let key = try readRegionKey()
        guard hasKeys else { throw .missing(KeysFile.fileName) }
        guard hasContent else { throw .missing(Content.fileName) }
        let (keysFile, contentFile) = try open(readers: 1)
        let signers = try LogSigners.read(keysFile, issuer: issuer, region: region, key: key)
        guard let old = signers.max(by: { $0.key < $1.key })?.value else { throw .damaged(KeysFile.fileName) }
        // First the key: with it, nothing signs for the old log any more, whatever happens next.
        _ = try LogSigners.mint(old.number + 1, keysFile, region: region, key: key)
        try Strangers(keys: keysFile, content: contentFile).destroy(at: wall.now())
        let published = try LogFolder(path: log(old.number)).checkpoint(of: old)
        let record = LogContinuation.record(following: old, checkpoint: published?.note.bytes, at: wall.now())
        try StoreError.wrap {
            try contentFile.pool.write { db in
                try SQL(db: db).continueLog(
                    old.number, from: published?.checkpoint.size ?? 0, record: record, at: wall.now())
            }
            try contentFile.close()
            try keysFile.pool.close()
        }
        return old.number + 1
    }

    /// Both databases, brought to the form that this program knows: both of them or neither.
    func open(readers: Int) throws(StoreError) -> (KeysFile, Content) {
        let files = (try KeysFile(path: keys), try Content(path: content, readers: readers))
        try Migrations.run([files.0.migration, files.1.migration])
        return files
    }

    func readRegionKey() throws(StoreError) -> RegionKey {
        let mode = (try? FileManager.default.attributesOfItem(atPath: regionKey)[.posixPermissions]) as? NSNumber
        if let mode, mode.intValue & 0o077 != 0 { throw .exposed(path: regionKey) }
        guard let data = FileManager.default.contents(atPath: regionKey) else { throw .missing("region.key") }
        guard let key = RegionKey(bytes: [UInt8](data)) else { throw .damaged("region.key") }
        return key
    }
}

extension SQL {
    /// Both files of a store carry the same random name.
    func setIdentity(_ identity: [UInt8]) throws(StoreError) {
        try run("INSERT INTO meta (name, value) VALUES ('store', ?1)", Bytes(identity))
    }

    func identity() throws(StoreError) -> [UInt8]? {
        try row("SELECT value FROM meta WHERE name = 'store'") { $0.bytes(0) }
    }
}

extension KeysTransaction {
    func setIdentity(_ identity: [UInt8]) throws(StoreError) {
        try sql.setIdentity(identity)
    }

    func insert(_ secret: NumberSecrets.Stored) throws(StoreError) {
        try sql.run(
            "INSERT INTO secret (name, version, wrapped) VALUES (?1, ?2, ?3)", secret.name, secret.version,
            Bytes(secret.wrapped))
    }

    func secrets() throws(StoreError) -> [NumberSecrets.Stored] {
        try sql.rows("SELECT name, version, wrapped FROM secret") { row in
            NumberSecrets.Stored(name: row[0], version: row[1], wrapped: row.bytes(2))
        }
    }
}

extension SQL {
    /// Begins the log after `old` with a public record, and enters the leaves of the old one from `size` on into it.
    fileprivate func continueLog(_ old: Int32, from size: Int, record: [UInt8], at: Int64) throws(StoreError) {
        let first = try append(Commitment.of(record, salt: Salt.open), log: old + 1)
        try run(
            "INSERT INTO announcement (log, idx, at, record) VALUES (?1, ?2, ?3, ?4)", first.log, first.index, at,
            Bytes(record))
        let offset = first.index + 1 - size
        for sql in [
            """
            INSERT INTO leaf (log, idx, commitment)
            SELECT log + 1, idx + ?3, commitment FROM leaf WHERE log = ?1 AND idx >= ?2 ORDER BY idx
            """,
            "UPDATE evidence SET log = log + 1, idx = idx + ?3 WHERE log = ?1 AND idx >= ?2",
            "UPDATE announcement SET log = log + 1, idx = idx + ?3 WHERE log = ?1 AND idx >= ?2"
        ] {
            try run(sql, old, size, offset)
        }
    }
}
