import Consent
import GRDB

/// People that the keys file knows and content doesn't: they joined after content was copied, and nothing of theirs came back.
///
/// Nobody can log in as them, but their number would still be found, and lead to nobody.
struct Strangers {
    let keys: KeysFile
    let content: Content

    /// Destroys their keys and whatever else the keys file has of them.
    func destroy(at now: Int64) throws(StoreError) {
        let people = try content.people()
        let gone = try keys.write { (keys) throws(StoreError) -> [PersonID] in
            let strangers = try keys.owners().filter { !people.contains($0) }
            for person in strangers {
                for id in try keys.ids(of: person) {
                    if let key = try keys.key(id, of: person) { try keys.destroy(key, decision: nil, at: now) }
                }
                try keys.forget(person)
            }
            return strangers
        }
        if !gone.isEmpty { try keys.truncateLog() }
    }
}

extension Content {
    /// Everybody there is.
    fileprivate func people() throws(StoreError) -> Set<PersonID> {
        try StoreError.wrap {
            try pool.read { db in
                Set(try SQL(db: db).rows("SELECT id FROM person") { PersonID(rawValue: $0[0]) }.compactMap(\.self))
            }
        }
    }
}

extension KeysTransaction {
    /// Everybody of whom the file has more than tombstones.
    fileprivate func owners() throws(StoreError) -> [PersonID] {
        try sql.rows(
            """
            SELECT owner FROM key UNION SELECT owner FROM number UNION SELECT owner FROM binding
            UNION SELECT owner FROM code UNION SELECT owner FROM salt ORDER BY owner
            """
        ) { PersonID(rawValue: $0[0]) }.compactMap(\.self)
    }
}
