package import Consent
import GRDB

/// Which rows of an archive, and which page of them (XEP-0313 §4, XEP-0059).
package struct ArchiveQuery: Sendable {
    /// Only rows with this correspondent, by the address the owner saw.
    package var with: [UInt8]?
    /// Milliseconds since 1970, inclusive.
    package var start: Int64?
    /// Milliseconds since 1970, inclusive.
    package var end: Int64?
    /// Only rows after this id (a form field; also a page's beginning).
    package var after: ArchiveID?
    /// Only rows before this id.
    package var before: ArchiveID?
    /// Only these rows; others of the filters still apply.
    package var ids: [ArchiveID]?
    /// The page is the last of the result rather than the first (RSM `<before/>`).
    package var isLastPage = false
    /// The most rows of a page.
    package var max = 50
    /// The most bytes of a page, unless one row is longer.
    package var bytes = Int.max

    package init() {}
}

/// One stored message.
package struct ArchiveRow: Hashable, Sendable {
    package let id: ArchiveID
    package let flags: Int64
    package let payload: [UInt8]
}

/// A page, always in the order of time.
package struct ArchivePage: Hashable, Sendable {
    /// Those that could be opened.
    package let rows: [ArchiveRow]
    /// Between which rows the page lies, readable or not; nil for an empty one. The next page lies beside them.
    package let first: ArchiveID?
    package let last: ArchiveID?
    /// There are no more rows in the direction of paging.
    package let isComplete: Bool
}

/// A page of what waits for a client, oldest first.
package struct PendingPage: Hashable, Sendable {
    /// Those that could be opened.
    package let rows: [ArchiveRow]
    /// The last row that was looked at, readable or not; nil if there is none.
    package let last: ArchiveID?
}

extension Snapshot {
    /// The rows waiting for a client's acknowledgement, oldest first: so many, or so many bytes, but one row at least. Rows
    /// that no key opens any more are left out.
    package func pending(
        of owner: PersonID, after: ArchiveID? = nil, limit: Int = 500, bytes: Int = .max
    ) throws(StoreError) -> PendingPage {
        let first = (after?.rawValue ?? -1)
        var room = PageRoom(bytes)
        var rows = try sql.rows(
            """
            SELECT message.id, key, inner_key, flags, sealed FROM pending JOIN message ON message.id = pending.id
            WHERE pending.owner = ?1 AND pending.id > ?2 AND message.owner = ?1 ORDER BY pending.id LIMIT ?3
            """, owner.rawValue, first, limit, whileMaking: { room.take($0) })
        if rows.count < limit, !room.isUsedUp {
            let waiting = try recentMessages(of: owner).lazy.filter { $0.waits && $0.id > first }.map(\.id)
            rows += try sealedRows(waiting.prefix(limit - rows.count), of: owner, &room)
        }
        return PendingPage(
            rows: try open(rows, owner: owner), last: rows.last.map { ArchiveID(rawValue: $0.id) })
    }

    /// A page of the owner's archive. Rows that no key opens any more are left out.
    package func archive(of owner: PersonID, _ query: ArchiveQuery) throws(StoreError) -> ArchivePage {
        if let ids = query.ids { return try archive(of: owner, ids: ids, query) }
        let limit = Swift.max(0, query.max)
        let found = try sealedRows(of: owner, query, limit: limit + 1)
        let page = found.rows.prefix(limit)
        return try archivePage(
            query.isLastPage ? page.reversed() : Array(page), owner: owner,
            isComplete: found.isWhole && found.rows.count <= limit)
    }

    private func archivePage(
        _ rows: [SealedRow], owner: PersonID, isComplete: Bool
    ) throws(StoreError) -> ArchivePage {
        ArchivePage(
            rows: try open(rows, owner: owner), first: rows.first.map { ArchiveID(rawValue: $0.id) },
            last: rows.last.map { ArchiveID(rawValue: $0.id) }, isComplete: isComplete)
    }

    /// Whether the archive has such a row, and so whether a page may be asked for relative to it.
    package func hasArchived(_ id: ArchiveID, owner: PersonID) throws(StoreError) -> Bool {
        try sql.number(
            "SELECT count(*) FROM message WHERE id = ?1 AND owner = ?2", id.rawValue, owner.rawValue) > 0
    }

    /// Rows in the order of the query's direction, at most `limit`: from the index and from the tail, whose rows are all
    /// newer. `isWhole` unless there are more and the bytes of a page ended them.
    func sealedRows(
        of owner: PersonID, _ query: ArchiveQuery, limit: Int
    ) throws(StoreError) -> (rows: [SealedRow], isWhole: Bool) {
        var room = PageRoom(query.bytes)
        let with = try query.with.map { (with) throws(StoreError) in try correspondent(with, owner: owner) }
        let order = query.isLastPage ? "DESC" : "ASC"
        let columns = "message.id, key, inner_key, flags, sealed"
        let (low, high) = query.bounds
        func indexed(_ limit: Int) throws(StoreError) -> [SealedRow] {
            guard limit > 0, !room.isUsedUp else { return [] }
            // CROSS JOIN keeps SQLite from looking at messages before the index.
            let index = with == nil ? "entry" : "conversation"
            return try sql.rows(
                """
                SELECT \(columns) FROM \(index) CROSS JOIN message ON message.id = \(index).id
                WHERE \(index).owner = ?1 AND \(with == nil ? "?2 IS NULL" : "\(index).correspondent = ?2")
                    AND \(index).id >= ?3 AND \(index).id <= ?4
                ORDER BY \(index).id \(order) LIMIT ?5
                """, owner.rawValue, with, low, high, limit, whileMaking: { room.take($0) })
        }
        func recent(_ limit: Int) throws(StoreError) -> [SealedRow] {
            guard limit > 0, !room.isUsedUp else { return [] }
            let ids = try recentMessages(of: owner).lazy.filter { row in
                row.id >= low && row.id <= high && (with == nil || row.correspondent == with)
            }.map(\.id)
            return query.isLastPage
                ? try sealedRows(ids.reversed().prefix(limit), of: owner, &room)
                : try sealedRows(ids.prefix(limit), of: owner, &room)
        }
        if query.isLastPage {
            let newest = try recent(limit)
            return (newest + (try indexed(limit - newest.count)), !room.isUsedUp)
        }
        let oldest = try indexed(limit)
        return (oldest + (try recent(limit - oldest.count)), !room.isUsedUp)
    }

    /// Those rows of an owner that there are, in the order of the ids, as long as the page has room: no row behind it is read.
    private func sealedRows(
        _ ids: some Sequence<Int64>, of owner: PersonID, with correspondent: Int64? = nil, _ room: inout PageRoom
    ) throws(StoreError) -> [SealedRow] {
        var rows: [SealedRow] = []
        for id in ids {
            rows += try sql.rows(
                """
                SELECT id, key, inner_key, flags, sealed FROM message
                WHERE id = ?1 AND owner = ?2 AND (?3 IS NULL OR correspondent = ?3)
                """, id, owner.rawValue, correspondent, whileMaking: { room.take($0) })
            if room.isUsedUp { break }
        }
        return rows
    }

    private func archive(
        of owner: PersonID, ids: [ArchiveID], _ query: ArchiveQuery
    ) throws(StoreError) -> ArchivePage {
        let with = try query.with.map { (with) throws(StoreError) in try correspondent(with, owner: owner) }
        let (low, high) = query.bounds
        var room = PageRoom(query.bytes)
        let wanted = Set(ids).sorted().lazy.map(\.rawValue).filter { $0 >= low && $0 <= high }
        let rows = try sealedRows(wanted, of: owner, with: with, &room)
        return try archivePage(rows, owner: owner, isComplete: !room.isUsedUp)
    }

    private func correspondent(_ address: [UInt8], owner: PersonID) throws(StoreError) -> Int64 {
        try vault.serving(owner) { (service) throws(Denied) in service.correspondent(address) }.value
    }

    struct SealedRow {
        let id: Int64
        let key: KeyID
        let innerKey: KeyID?
        let flags: Int64
        let sealed: [UInt8]

        init(_ row: Row) {
            id = row[0]
            key = KeyID(rawValue: row[1])
            innerKey = (row[2] as Int64?).map { KeyID(rawValue: $0) }
            flags = row[3]
            sealed = row.bytes(4)
        }
    }

    /// What a page still holds, in bytes.
    private struct PageRoom {
        private var left: Int
        private var isEmpty = true
        /// A row found no place: the page ends before it.
        private(set) var isUsedUp = false

        init(_ bytes: Int) {
            left = bytes
        }

        mutating func take(_ row: Row) -> SealedRow? {
            let row = SealedRow(row)
            isUsedUp = !isEmpty && row.sealed.count > left
            guard !isUsedUp else { return nil }
            isEmpty = false
            left -= Swift.min(left, row.sealed.count)
            return row
        }
    }

    /// Opens rows one by one, so that the vault's lock is never held for a page.
    func open(_ rows: [SealedRow], owner: PersonID) throws(StoreError) -> [ArchiveRow] {
        var opened: [ArchiveRow] = []
        opened.reserveCapacity(rows.count)
        for row in rows {
            do throws(Denied) {
                opened.append(
                    ArchiveRow(
                        id: ArchiveID(rawValue: row.id), flags: row.flags,
                        payload: try payload(of: row, owner: owner)))
            } catch {
                if error == .unreadable { throw .denied(.unreadable) }
            }
        }
        return opened
    }

    private func payload(of row: SealedRow, owner: PersonID) throws(Denied) -> [UInt8] {
        let place = Place("message.sealed", owner: owner, row: row.id)
        let outer = try vault.withService(for: owner) { (service) throws(Denied) in
            try service.open(message: row.sealed, under: row.key, at: place)
        }.bytes
        guard row.innerKey != nil else { return outer }
        return try vault.withPermit(SMS.self, for: owner) { (permit) throws(Denied) in
            try permit.open(content: outer, at: place)
        }.bytes
    }
}

extension ArchiveQuery {
    /// The filters on time and id as one range of ids, both ends inclusive.
    fileprivate var bounds: (low: Int64, high: Int64) {
        var low: Int64 = 0
        var high = Int64.max
        if let start { low = Swift.max(low, ArchiveID(firstAt: start).rawValue) }
        if let end { high = Swift.min(high, ArchiveID(firstAt: Swift.min(end, .max - 1) + 1).rawValue - 1) }
        if let after { low = Swift.max(low, after.rawValue == .max ? .max : after.rawValue + 1) }
        if let before { high = Swift.min(high, Swift.max(before.rawValue, 0) - 1) }
        return (low, high)
    }
}
