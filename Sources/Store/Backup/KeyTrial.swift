import Consent
import GRDB

/// What came of trying a store's keys on its content.
package struct KeyTrial: Hashable, Sendable {
    /// Everybody there is.
    package var people = 0
    /// Whose keys were tried.
    package var tried = 0
    /// Whose newest message was opened; people without one, or with one that no key opens any more, aren't counted.
    package var messagesOpened = 0
    /// Of how many people something didn't open that should.
    package var failed = 0
    /// Message rows of all people.
    package var messageRows = 0
}

extension RegionStore {
    /// Opens what the service keeps and the newest message of at most `limit` people, spread over all of them. Blocks for
    /// the disk.
    package func tryKeys(limit: Int) throws(StoreError) -> KeyTrial {
        try reader.read { (snapshot) throws(StoreError) in
            let snapshot = try snapshot.withRecentMessages()
            var trial = KeyTrial()
            trial.people = Int(try snapshot.sql.number("SELECT count(*) FROM person"))
            trial.messageRows = Int(try snapshot.sql.number("SELECT count(*) FROM message"))
            let every = max(1, trial.people / max(1, limit))
            var name = ""
            var index = 0
            while case let slice = try snapshot.people(after: name, limit: 1_000), let last = slice.last {
                for person in slice {
                    defer { index += 1 }
                    guard index.isMultiple(of: every), trial.tried < limit else { continue }
                    try tryKeys(of: person.id, snapshot, &trial)
                }
                name = last.name
            }
            return trial
        }
    }

    private func tryKeys(of person: PersonID, _ snapshot: Snapshot, _ trial: inout KeyTrial) throws(StoreError) {
        trial.tried += 1
        do throws(StoreError) {
            _ = try snapshot.verifiers(of: person)
            guard let newest = try newestMessage(of: person, snapshot) else { return }
            var query = ArchiveQuery()
            query.ids = [newest]
            guard try snapshot.archive(of: person, query).rows.map(\.id) == [newest] else {
                throw StoreError.denied(.erased)
            }
            trial.messagesOpened += 1
        } catch {
            guard case .denied = error else { throw error }
            trial.failed += 1
        }
    }

    /// The newest message whose key stands and which has nothing inside under another key.
    private func newestMessage(of person: PersonID, _ snapshot: Snapshot) throws(StoreError) -> ArchiveID? {
        let newest = try snapshot.sql.row(
            """
            SELECT id, key FROM message WHERE id IN \(Tail.messages(recent: "?2")) AND inner_key IS NULL
            ORDER BY id DESC LIMIT 1
            """, person.rawValue, SQL.list(try snapshot.recentMessages(of: person).map(\.id))
        ) { row in (id: ArchiveID(rawValue: row[0]), key: KeyID(rawValue: row[1])) }
        guard let newest else { return nil }
        let key = try keys.read { (keys) throws(StoreError) in try keys.key(newest.key, of: person) }
        return key?.wrapped == nil ? nil : newest.id
    }
}
