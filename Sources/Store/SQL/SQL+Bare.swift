import GRDB
import GRDBSQLite

extension SQL {
    /// Runs a statement of the hot path: integers first, then at most one blob, bound without the values in between
    /// that GRDB makes of arguments.
    ///
    /// The statement comes from GRDB's cache and goes back reset and unbound, as GRDB leaves it.
    func runBare(_ sql: String, _ integers: [Int64?], blob: [UInt8]? = nil) throws(StoreError) {
        let statement = try StoreError.wrap { try db.cachedStatement(sql: sql) }
        let handle = unsafe statement.sqliteStatement
        var code = SQLITE_OK
        for (index, integer) in integers.enumerated() where code == SQLITE_OK {
            let place = CInt(index + 1)
            if let integer {
                code = unsafe sqlite3_bind_int64(handle, place, integer)
            } else {
                code = unsafe sqlite3_bind_null(handle, place)
            }
        }
        if code == SQLITE_OK {
            if let blob {
                // The bytes stay where they are until the step is done, so SQLite needs no copy of its own.
                code = unsafe blob.withUnsafeBytes { bytes in
                    let place = CInt(integers.count + 1)
                    let bound = unsafe sqlite3_bind_blob(handle, place, bytes.baseAddress, CInt(bytes.count), nil)
                    return unsafe bound == SQLITE_OK ? sqlite3_step(handle) : bound
                }
            } else {
                code = unsafe sqlite3_step(handle)
            }
        }
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
        guard code == SQLITE_DONE else {
            throw code & 0xFF == SQLITE_CONSTRAINT ? .conflict : .disk(code: code)
        }
    }
}
