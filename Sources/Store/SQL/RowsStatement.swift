import GRDB

/// A statement that stores rows of integers, sixteen with each step: SQLite opens its cursors once for all of them, and asks
/// for the memory which that takes.
struct RowsStatement {
    static let width = 16

    private let one: Statement
    private let many: Statement

    /// `sql` is given what stands for the rows, `(?, ?), (?, ?)`, as it is written after VALUES.
    init(_ db: Database, columns: Int, _ sql: (_ rows: String) -> String) throws {
        let row = "(" + Array(repeating: "?", count: columns).joined(separator: ", ") + ")"
        one = try db.makeStatement(sql: sql(row))
        many = try db.makeStatement(sql: sql(Array(repeating: row, count: Self.width).joined(separator: ", ")))
    }

    /// `values` appends what a row has in each column.
    func run<Row>(_ rows: ArraySlice<Row>, _ sql: SQL, _ values: (Row, inout [Int64?]) -> Void) throws(StoreError) {
        var integers: [Int64?] = []
        var rest = rows
        while !rest.isEmpty {
            let count = rest.count < Self.width ? 1 : Self.width
            integers.removeAll(keepingCapacity: true)
            for row in rest.prefix(count) { values(row, &integers) }
            try sql.runBare(count == 1 ? one : many, integers)
            rest = rest.dropFirst(count)
        }
    }
}
