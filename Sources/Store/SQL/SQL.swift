import Consent
import Foundation
import GRDB

/// Bytes as a column value.
struct Bytes: DatabaseValueConvertible, StatementColumnConvertible {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    init?(sqliteStatement: SQLiteStatement, index: CInt) {
        bytes = [UInt8](unsafe Data(sqliteStatement: sqliteStatement, index: index))
    }

    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Bytes? {
        Data.fromDatabaseValue(value).map { Bytes([UInt8]($0)) }
    }
}

/// The statements of a connection, prepared once; every GRDB error leaves as a ``StoreError``.
struct SQL {
    let db: Database

    /// Any number of ids as one parameter, for `json_each`.
    static func list(_ ids: some Sequence<Int64>) -> String {
        "[\(ids.map(String.init).joined(separator: ","))]"
    }

    /// Runs a statement; its parameters are numbered `?1`, `?2` ….
    func run(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws(StoreError) {
        try StoreError.wrap {
            try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
        }
    }

    /// Runs a statement that changes rows; says how many.
    func change(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws(StoreError) -> Int {
        try StoreError.wrap {
            try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
            return db.changesCount
        }
    }

    /// The rows of a query, made into values one by one.
    func rows<Value>(
        _ sql: String, _ arguments: (any DatabaseValueConvertible)?..., make: (Row) throws -> Value
    ) throws(StoreError) -> [Value] {
        try StoreError.wrap {
            var values: [Value] = []
            let cursor = try Row.fetchCursor(
                try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
            while let row = try cursor.next() { values.append(try make(row)) }
            return values
        }
    }

    /// The rows of a query up to the first of which `make` makes nothing.
    func rows<Value>(
        _ sql: String, _ arguments: (any DatabaseValueConvertible)?..., whileMaking make: (Row) throws -> Value?
    ) throws(StoreError) -> [Value] {
        try StoreError.wrap {
            var values: [Value] = []
            let cursor = try Row.fetchCursor(
                try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
            while let row = try cursor.next(), let value = try make(row) { values.append(value) }
            return values
        }
    }

    /// The first row of a query.
    func row<Value>(
        _ sql: String, _ arguments: (any DatabaseValueConvertible)?..., make: (Row) throws -> Value
    ) throws(StoreError) -> Value? {
        try StoreError.wrap {
            let cursor = try Row.fetchCursor(
                try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments))
            guard let row = try cursor.next() else { return nil }
            return try make(row)
        }
    }

    /// A single number, zero if there is no row.
    func number(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws(StoreError) -> Int64 {
        try StoreError.wrap {
            try Int64.fetchOne(try db.cachedStatement(sql: sql), arguments: StatementArguments(arguments)) ?? 0
        }
    }
}

extension Row {
    func bytes(_ column: Int) -> [UInt8] {
        (self[column] as Bytes?)?.bytes ?? []
    }
}

extension StoreError {
    /// Runs GRDB code; constraint failures are conflicts, everything else is the disk's.
    static func wrap<R>(_ body: () throws -> R) throws(StoreError) -> R {
        do {
            return try body()
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError {
            switch error.resultCode {
            case .SQLITE_CONSTRAINT: throw .conflict
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: throw .damaged("The database")
            case .SQLITE_BUSY, .SQLITE_LOCKED: throw .inUse
            default: throw .disk(code: error.extendedResultCode.rawValue)
            }
        } catch is CancellationError {
            // Whoever asked has gone.
            throw .stopped
        } catch {
            throw .damaged("The database")
        }
    }

    /// Runs consent code inside the store.
    static func consenting<R>(_ body: () throws(Denied) -> R) throws(StoreError) -> R {
        do throws(Denied) {
            return try body()
        } catch {
            throw .denied(error)
        }
    }
}
