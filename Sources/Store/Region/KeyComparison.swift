import Consent
import GRDB

/// Where content and the keys file differ, found by going once through both, side by side, in the order of key numbers.
///
/// A store of a million people differs in nothing or in what the last second wrote, so that only this is made into
/// values; the rest costs a step of a cursor and eight bytes a decision while it lasts.
struct KeyComparison {
    /// How many keys content uses that the keys file has never heard of.
    private(set) var unknown = 0
    /// Live keys of purposes that content hasn't noted or whose yes the ledger doesn't know.
    private(set) var unsettled: [KeyID] = []
    /// Destroyed keys whose decision the ledger doesn't know.
    private(set) var unrecorded: [KeyID] = []
    /// Destroyed keys that content uses.
    private(set) var orphaned: [KeyID: PersonID] = [:]
    /// Live keys that the ledger says are gone.
    private(set) var resurrected: [KeyID] = []
    /// The highest number of a decision in the keys file.
    private(set) var lastDecision: Int64

    init(keys: KeysTransaction, content: SQL) throws(StoreError) {
        lastDecision = max(
            try keys.sql.number("SELECT max(decision) FROM salt"),
            try keys.sql.number("SELECT max(decision) FROM tombstone WHERE decision IS NOT NULL"))
        var ledger = try Ledger(content)
        let used = try content.cursor("SELECT key, owner FROM used_key ORDER BY key")
        var hasUsed = try used.next()
        let live = try keys.sql.cursor("SELECT id, decision FROM key ORDER BY id")
        while try live.next() {
            let id = live.integer(0)
            while hasUsed, used.integer(0) < id {
                try addDead(used, keys)
                hasUsed = try used.next()
            }
            let isUsed = hasUsed && used.integer(0) == id
            if isUsed { hasUsed = try used.next() }
            if !live.isNull(1) {
                let decision = live.integer(1)
                lastDecision = max(lastDecision, decision)
                if !isUsed || !ledger.contains(decision) { unsettled.append(KeyID(rawValue: id)) }
            }
            if ledger.withdrawn.contains(id) { resurrected.append(KeyID(rawValue: id)) }
        }
        while hasUsed {
            try addDead(used, keys)
            hasUsed = try used.next()
        }
        let dead = try keys.sql.cursor(
            "SELECT id, decision FROM tombstone WHERE decision IS NOT NULL ORDER BY decision")
        while try dead.next() {
            if !ledger.contains(dead.integer(1)) { unrecorded.append(KeyID(rawValue: dead.integer(0))) }
        }
    }

    /// Content uses a key that isn't live.
    private mutating func addDead(_ used: BareCursor, _ keys: KeysTransaction) throws(StoreError) {
        let id = KeyID(rawValue: used.integer(0))
        guard let owner = PersonID(rawValue: used.integer(1)) else { throw .damaged(Content.fileName) }
        if try keys.sql.number("SELECT count(*) FROM tombstone WHERE id = ?1", id.rawValue) > 0 {
            orphaned[id] = owner
        } else {
            unknown += 1
        }
    }

    /// The numbers of all decisions, asked for in about their order.
    private struct Ledger {
        private var ids: [Int64] = []
        private var place = 0
        /// Keys that it says are gone.
        private(set) var withdrawn: Set<Int64> = []

        init(_ content: SQL) throws(StoreError) {
            let rows = try content.cursor(
                "SELECT id, CASE WHEN action IN ('withdraw', 'erase') THEN key END FROM ledger ORDER BY id")
            while try rows.next() {
                ids.append(rows.integer(0))
                if !rows.isNull(1) { withdrawn.insert(rows.integer(1)) }
            }
        }

        mutating func contains(_ decision: Int64) -> Bool {
            // Mostly it is the next one, or near it.
            for near in place..<min(place + 4, ids.count) where ids[near] == decision {
                place = near + 1
                return true
            }
            var (low, high) = (0, ids.count)
            while low < high {
                let middle = low + (high - low) / 2
                if ids[middle] < decision { low = middle + 1 } else { high = middle }
            }
            guard low < ids.count, ids[low] == decision else { return false }
            place = low + 1
            return true
        }
    }
}
