import GRDB

extension Writer {
    /// Gives pages that nothing uses any more back to the file system, but for a reserve that the next days will need; a few
    /// at a time, so that other jobs run in between.
    ///
    /// - Returns: how many pages the file became shorter by.
    @discardableResult
    package func reclaim() async throws(StoreError) -> Int {
        let settings = settings
        var total = 0
        while true {
            let count = try await exclusively { (both) throws(StoreError) in
                try both.engine.content.giveBack(leaving: settings.reservePages)
            }
            total += count
            if count == 0 { break }
        }
        // The file itself is cut when the log is copied into it.
        if total > 0 { _ = try await exclusively { (both) throws(StoreError) in try both.cutContentLog() } }
        return total
    }
}

extension KeysAndContent {
    fileprivate func cutContentLog() throws(StoreError) -> Bool { try engine.content.truncateLog(patience: 100) }
}

extension Content {
    /// The most pages moved in one go: a mebibyte.
    private static let slice = 256

    /// Cuts pages off the end of the file, moving those in use to where free ones are.
    ///
    /// At least `reserve` pages stay free, or a sixteenth of the file if that is more: what is written next finds room
    /// without making the file longer.
    ///
    /// - Returns: how many pages were cut off.
    fileprivate func giveBack(leaving reserve: Int) throws(StoreError) -> Int {
        try StoreError.wrap {
            try pool.write { db in
                let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
                let free = try Int.fetchOne(db, sql: "PRAGMA freelist_count") ?? 0
                let spare = min(free - max(reserve, pages / 16), Self.slice)
                guard spare > 0 else { return 0 }
                try db.execute(sql: "PRAGMA incremental_vacuum(\(spare))")
                return pages - (try Int.fetchOne(db, sql: "PRAGMA page_count") ?? pages)
            }
        }
    }
}
