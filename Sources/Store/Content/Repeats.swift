import Consent
import GRDB

/// The digests of each owner's recent texts, by which a repeat is told.
///
/// They lie on disk with the rows; an owner's are read into memory at their first text, so that the question costs no
/// disk access. Confined to the writer: a batch that comes to nothing ends the writer and these with it.
final class Repeats {
    /// How long repeats are recognised, in milliseconds.
    static let window: Int64 = 7 * WallClock.dayLength
    /// How many digests stay in memory over all owners, and at most for one.
    static let limit = 1_000_000
    static let ownerLimit = 100_000

    private var owners: [PersonID: [Int64: ArchiveID]] = [:]
    private var count = 0

    /// Under which id the same text was stored within the window.
    func id(of digest: Transaction.Digest, _ transaction: Transaction) throws(StoreError) -> ArchiveID? {
        try load(digest.owner, transaction)
        guard let id = owners[digest.owner]?[digest.value], id.milliseconds > transaction.now - Self.window else {
            return nil
        }
        return id
    }

    func add(_ digest: Transaction.Digest, id: ArchiveID, _ transaction: Transaction) throws(StoreError) {
        try load(digest.owner, transaction)
        if owners[digest.owner]?.updateValue(id, forKey: digest.value) == nil { count += 1 }
    }

    /// Forgets what has become too much; to be called before the questions about a text.
    func makeRoom(for owner: PersonID) {
        if count > Self.limit {
            owners = [:]
            count = 0
        } else if let known = owners[owner], known.count > Self.ownerLimit {
            forget(owner)
        }
    }

    /// Takes back what an undone job added, by forgetting the owners that the disk will tell again.
    func forget(_ owner: PersonID) {
        count -= owners.removeValue(forKey: owner)?.count ?? 0
    }

    private func load(_ owner: PersonID, _ transaction: Transaction) throws(StoreError) {
        guard owners[owner] == nil else { return }
        let first = ArchiveID(firstAt: transaction.now - Self.window)
        let most = Self.ownerLimit / 2
        let recent = try transaction.recentMessages(of: owner.rawValue).reversed().lazy
            .filter { $0.id >= first.rawValue }
            .compactMap { row in row.digest.map { ($0, ArchiveID(rawValue: row.id)) } }
            .prefix(most)
        let rows = try transaction.sql.rows(
            """
            SELECT digest, id FROM entry WHERE owner = ?1 AND id >= ?2 AND digest IS NOT NULL
            ORDER BY id DESC LIMIT ?3
            """, owner.rawValue, first.rawValue, max(0, most - recent.count)
        ) { row in (row[0] as Int64, ArchiveID(rawValue: row[1])) }
        let digests = Dictionary(recent + rows) { newest, _ in newest }
        owners[owner] = digests
        count += digests.count
    }
}
