import Crypto
import GRDB
import GRDBSQLite
import Wire

/// How many rows a table has, and a digest over all of them.
package struct TableDigest: Hashable, Codable, Sendable {
    package let name: String
    package let rows: Int
    /// SHA-256 in hexadecimal over the rows in the order of their primary key: of each value its storage class and bytes.
    package let sha256: String

    /// Of every table in a database file, whatever tables there are, by name. Reads the file once, in constant memory.
    package static func all(inFileAt path: String) throws(BackupError) -> [TableDigest] {
        try BackupError.wrap(path) {
            let database = try DatabaseCopy.open(path)
            defer { try? database.close() }
            return try database.read { db in
                try String.fetchAll(
                    db,
                    sql: """
                        SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'
                            AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name
                        """
                ).map { try TableDigest(of: $0, in: db) }
            }
        }
    }

    private init(of table: String, in db: Database) throws {
        let order = try String.fetchAll(
            db, sql: "SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk", arguments: [table])
        let isRowid =
            try Int.fetchOne(
                db, sql: "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?1", arguments: [table])
            == 0
        let columns = isRowid ? ["rowid"] : order.map(Self.quoted)
        let statement = try db.makeStatement(
            sql: "SELECT * FROM \(Self.quoted(table)) ORDER BY \(columns.joined(separator: ", "))")
        let handle = unsafe statement.sqliteStatement
        defer { unsafe sqlite3_reset(handle) }
        var values = ValueStream()
        var rows = 0
        while true {
            let code = unsafe sqlite3_step(handle)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
                break
            }
            rows += 1
            for column in 0..<(unsafe sqlite3_column_count(handle)) {
                switch unsafe sqlite3_column_type(handle, column) {
                case SQLITE_INTEGER:
                    values.add("i", UInt64(bitPattern: unsafe sqlite3_column_int64(handle, column)))
                case SQLITE_FLOAT:
                    values.add("f", (unsafe sqlite3_column_double(handle, column)).bitPattern)
                case SQLITE_NULL:
                    values.add("n", 0)
                case let kind:
                    // A text's bytes as they are stored: UTF-8.
                    let start = unsafe sqlite3_column_blob(handle, column)
                    let count = Int(unsafe sqlite3_column_bytes(handle, column))
                    unsafe values.add(
                        kind == SQLITE_TEXT ? "t" : "b", UnsafeRawBufferPointer(start: start, count: count))
                }
            }
        }
        self.init(name: table, rows: rows, sha256: values.digest())
    }

    private init(name: String, rows: Int, sha256: String) {
        self.name = name
        self.rows = rows
        self.sha256 = sha256
    }

    private static func quoted(_ name: String) -> String {
        "\"" + name.replacing("\"", with: "\"\"") + "\""
    }
}

/// Values on their way into a digest, gathered into pieces of some size.
private struct ValueStream {
    private var hash = SHA256()
    private var gathered: [UInt8] = []

    mutating func add(_ kind: Unicode.Scalar, _ number: UInt64) {
        gathered.append(UInt8(ascii: kind))
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            gathered.append(UInt8(truncatingIfNeeded: number >> shift))
        }
        if gathered.count >= 1 << 16 { flush() }
    }

    mutating func add(_ kind: Unicode.Scalar, _ bytes: UnsafeRawBufferPointer) {
        add(kind, UInt64(bytes.count))
        unsafe gathered.append(contentsOf: bytes)
        if gathered.count >= 1 << 16 { flush() }
    }

    mutating func digest() -> String {
        flush()
        return Hex.encode(Array(hash.finalize()))
    }

    private mutating func flush() {
        hash.update(data: gathered)
        gathered.removeAll(keepingCapacity: true)
    }
}
