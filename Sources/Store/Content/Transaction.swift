import Consent
import GRDB

/// The verbs on content within the writer's open batch. Valid only inside the body that received it.
package final class Transaction {
    let sql: SQL
    let statements: BatchStatements
    let vault: Vault
    /// Message keys that the batch may seal under, minted and synced before it.
    let messageKeys: MessageKeys
    let repeats: Repeats
    let recent: RecentMessages
    /// Who signs what goes into the log.
    let signer: LogSigner
    var clock: ArchiveClock
    var tail: Tail

    /// The batch's moment, in milliseconds since 1970.
    package let now: Int64

    init(
        sql: SQL, statements: BatchStatements, vault: Vault, messageKeys: MessageKeys, repeats: Repeats,
        recent: RecentMessages, signer: LogSigner, clock: ArchiveClock, tail: Tail, now: Int64
    ) {
        self.sql = sql
        self.statements = statements
        self.vault = vault
        self.messageKeys = messageKeys
        self.repeats = repeats
        self.recent = recent
        self.signer = signer
        self.clock = clock
        self.tail = tail
        self.now = now
    }

    /// The state as this transaction sees it, its own changes included, but for messages that aren't indexed: of those it knows what
    /// earlier ones have left (``recentMessages(of:)`` knows them all).
    package var snapshot: Snapshot { Snapshot(sql: sql, vault: vault, recent: recent) }

    /// A new number from the region's one increasing count.
    func nextID() -> ArchiveID {
        clock.next(now: now)
    }

    /// Runs `body` for one person among others; undone as if it had never been called if they are leaving just now, which
    /// denies everything of theirs while their departure waits its turn.
    func unlessLeaving(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try unlessDenied([.erased], body)
    }

    /// Runs `body` for one person among others; undone as if it had never been called if their keys deny it so.
    func unlessDenied(_ reasons: Set<Denied>, _ body: () throws(StoreError) -> Void) throws(StoreError) {
        let (clock, tail) = (clock, tail)
        try sql.run("SAVEPOINT one_of_many")
        do throws(StoreError) {
            try body()
        } catch {
            guard case .denied(let reason) = error, reasons.contains(reason), sql.db.isInsideTransaction else {
                throw error
            }
            try sql.run("ROLLBACK TO one_of_many")
            (self.clock, self.tail) = (clock, tail)
        }
        try sql.run("RELEASE one_of_many")
    }
}
