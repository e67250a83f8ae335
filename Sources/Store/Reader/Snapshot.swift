import Consent
import GRDB

/// The nouns of content, as of one moment. Valid only inside the body that received it.
///
/// Reading blocks for a disk access: call it off the event loops.
package struct Snapshot {
    let sql: SQL
    let vault: Vault
    let recent: RecentMessages

    /// Opens one of the owner's service seals.
    func open(_ stored: [UInt8], at place: Place, owner: PersonID) throws(StoreError) -> [UInt8] {
        try vault.serving(owner) { (service) throws(Denied) in
            try service.open(stored, at: place)
        }.bytes
    }

    func hash(_ domain: StaticString, _ value: [UInt8], owner: PersonID) throws(StoreError) -> [UInt8] {
        try vault.serving(owner) { (service) throws(Denied) in service.hash(domain, value) }.bytes
    }
}

/// Reads of a region's content: consistent snapshots beside the writer, on a small pool of connections.
package final class Reader: Sendable {
    private let content: Content
    private let vault: Vault

    init(content: Content, vault: Vault) {
        self.content = content
        self.vault = vault
    }

    /// Blocks the calling thread for the read.
    package func read<R>(_ body: (Snapshot) throws(StoreError) -> R) throws(StoreError) -> R {
        try content.read { (sql) throws(StoreError) in
            try body(Snapshot(sql: sql, vault: vault, recent: content.recent))
        }
    }

    /// Reads on one of the pool's threads.
    package func read<R: Sendable>(
        _ body: @escaping @Sendable (Snapshot) throws(StoreError) -> R
    ) async throws(StoreError) -> R {
        try content.gate.enter()
        defer { content.gate.leave() }
        let (vault, recent) = (vault, content.recent)
        do {
            return try await content.pool.read { db in
                try body(Snapshot(sql: SQL(db: db), vault: vault, recent: recent))
            }
        } catch {
            return try StoreError.wrap { throw error }
        }
    }
}
