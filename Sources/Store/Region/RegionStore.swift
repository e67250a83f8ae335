package import Consent
import Dispatch
import Foundation
import GRDB

/// Everything a region keeps: content, keys, and the one who writes them.
package final class RegionStore: Sendable {
    package let vault: Vault
    package let writer: Writer
    package let reader: Reader
    package let keys: KeysFile
    /// Where terms are published.
    package let termsFolder: TermsFolder
    /// The log that anybody can check; the program calls its ``TransparencyLog/publish()`` now and then.
    package let log: TransparencyLog
    let content: Content

    /// Opens the store of `region` below `folder`, and settles what a crash left open.
    ///
    /// The region's files lie in `regions/<name>/` of `folder`; `issuer` is who gives receipts, always the same for a
    /// folder; the terms in force are the newest in `terms/` of `folder`, unless others are given. `batchCommitted` is
    /// called on the writer's thread when all answers of a batch are given, and `failed` once if the disk refuses: the
    /// program must stop then.
    package init(
        folder: String, region: Region, issuer: Issuer, terms: Terms? = nil, settings: Writer.Settings = .init(),
        wall: WallClock = .system, answering: @escaping @Sendable (() -> Void) -> Void = { $0() },
        batchCommitted: @escaping @Sendable (CommittedBatch) -> Void = { _ in },
        failed: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws(StoreError) {
        let files = RegionFiles(folder: folder, region: region)
        let regionKey = try files.readRegionKey()
        guard files.hasKeys else { throw .missing(KeysFile.fileName) }
        guard files.hasContent else { throw .missing(Content.fileName) }
        let (keys, content) = try files.open(readers: 4)
        let termsFolder = TermsFolder(folder: folder)
        let inForce: Terms
        if let terms {
            inForce = terms
        } else {
            inForce = try termsFolder.inForce(recorded: try content.recordedTerms())
        }
        let secrets = try keys.read { (keys) throws(StoreError) in try keys.secrets() }
        let vault: Vault
        do throws(Denied) {
            vault = try Vault(region: region, key: regionKey, secrets: secrets, terms: inForce, source: keys)
        } catch {
            throw .wrongRegionKey
        }
        let signers = try LogSigners.read(keys, issuer: issuer, region: region, key: regionKey)
        guard let signer = signers.max(by: { $0.key < $1.key })?.value else { throw .damaged(KeysFile.fileName) }
        let lastID = try Reconciliation(keys: keys, content: content, vault: vault, signer: signer, now: wall.now())
            .run()
        vault.setAliases(try keys.read { (keys) throws(StoreError) in try keys.aliases() })

        self.vault = vault
        self.keys = keys
        self.content = content
        self.termsFolder = termsFolder
        log = try TransparencyLog(signer, signers: signers, files: files, content: content, keys: keys)
        reader = Reader(content: content, vault: vault)
        let tail = try content.read { (sql) throws(StoreError) in try Tail(sql, content.recent) }
        writer = Writer(
            content: content, tail: tail, keys: keys, vault: vault, signer: signer, wall: wall, settings: settings,
            lastID: lastID,
            answering: answering, batchCommitted: batchCommitted, failed: failed)
    }

    /// Rows under one key in both files; zero once its purpose was withdrawn. Blocks for disk reads.
    package func rowCount(under key: KeyID, owner: PersonID) throws(StoreError) -> Int {
        let inKeys = try keys.read { (keys) throws(StoreError) in try keys.rowCount(under: key, owner: owner) }
        return try reader.read { (snapshot) throws(StoreError) in
            inKeys + (try snapshot.rowCount(under: key, owner: owner))
        }
    }

    /// Commits what is waiting, publishes the log and closes the files, once nobody reads them any more.
    ///
    /// Blocks for that: not to be called where the readers' tasks need the thread, see ``closeInBackground()``.
    package func close() {
        writer.close()
        // What can't be published now is at the next start.
        try? log.publish()
        try? content.close()
        keys.close()
    }

    /// The same on a thread of its own.
    package func closeInBackground() async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                self.close()
                continuation.resume()
            }
        }
    }
}
