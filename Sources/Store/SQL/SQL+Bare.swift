import GRDB
import GRDBSQLite

/// The hot path's way to SQLite: statements from GRDB's cache, bound and read without the values in between that GRDB
/// makes of arguments and rows. Everything unsafe about it is in this file.
extension SQL {
    /// Runs a statement with integers for its parameters.
    func runBare(_ sql: String, _ integers: [Int64?]) throws(StoreError) {
        try runBare(try StoreError.wrap { try db.cachedStatement(sql: sql) }, integers)
    }

    /// Runs a statement: `text` first if there is one, then the integers, then at most one blob.
    ///
    /// What is bound stays where it is until the step is done, so SQLite needs no copies. The statement is left reset and
    /// unbound, as GRDB leaves those of its cache.
    func runBare(
        _ statement: Statement, text: String? = nil, _ integers: [Int64?], blob: [UInt8]? = nil
    ) throws(StoreError) {
        let handle = unsafe statement.sqliteStatement
        var code: CInt
        if var text {
            code = text.withUTF8 { bytes in
                let bound = unsafe sqlite3_bind_text(
                    handle, 1, UnsafeRawPointer(bytes.baseAddress)?.assumingMemoryBound(to: CChar.self),
                    CInt(bytes.count), nil)
                return unsafe bound == SQLITE_OK ? Self.step(handle, after: 1, integers, blob) : bound
            }
        } else {
            code = unsafe Self.step(handle, after: 0, integers, blob)
        }
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
        guard code == SQLITE_DONE else { throw Self.error(code) }
    }

    private static func step(
        _ handle: OpaquePointer, after first: CInt, _ integers: [Int64?], _ blob: [UInt8]?
    ) -> CInt {
        var place = first
        for integer in integers {
            place += 1
            let code: CInt
            if let integer {
                code = unsafe sqlite3_bind_int64(handle, place, integer)
            } else {
                code = unsafe sqlite3_bind_null(handle, place)
            }
            guard code == SQLITE_OK else { return code }
        }
        guard let blob else { return unsafe sqlite3_step(handle) }
        return unsafe blob.withUnsafeBytes { bytes in
            let bound = unsafe sqlite3_bind_blob(handle, place + 1, bytes.baseAddress, CInt(bytes.count), nil)
            return unsafe bound == SQLITE_OK ? sqlite3_step(handle) : bound
        }
    }

    /// The rows of a query without parameters, one after the other. Valid as long as the connection is this thread's.
    func cursor(_ sql: String) throws(StoreError) -> BareCursor {
        BareCursor(statement: try StoreError.wrap { try db.makeStatement(sql: sql) })
    }

    fileprivate static func error(_ code: CInt) -> StoreError {
        switch code & 0xFF {
        case SQLITE_CONSTRAINT: .conflict
        case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged("The database")
        case SQLITE_BUSY, SQLITE_LOCKED: .inUse
        default: .disk(code: code)
        }
    }
}

/// A query being read row by row, for going through a whole table.
struct BareCursor {
    private let statement: Statement

    fileprivate init(statement: Statement) {
        self.statement = statement
    }

    /// Moves on to the next row; false at the end, after which nothing may be asked.
    func next() throws(StoreError) -> Bool {
        switch unsafe sqlite3_step(statement.sqliteStatement) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQL.error(code)
        }
    }

    /// A column of the row, counted from 0; zero for NULL.
    func integer(_ column: CInt) -> Int64 {
        unsafe sqlite3_column_int64(statement.sqliteStatement, column)
    }

    func isNull(_ column: CInt) -> Bool {
        unsafe sqlite3_column_type(statement.sqliteStatement, column) == SQLITE_NULL
    }

    func bytes(_ column: CInt) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(statement.sqliteStatement, column) else { return [] }
        let count = Int(unsafe sqlite3_column_bytes(statement.sqliteStatement, column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}
