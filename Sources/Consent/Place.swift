/// Where a sealed value stands; bound into its seal, so that a ciphertext moved elsewhere doesn't open.
package struct Place: Sendable {
    let bytes: [UInt8]

    /// - Parameters:
    ///   - column: `table.column`, never containing a NUL.
    ///   - owner: whose key seals it.
    ///   - row: the row's number within the table.
    package init(_ column: StaticString, owner: PersonID, row: Int64) {
        self.init(column, owner: owner) { $0.appendBigEndian(UInt64(bitPattern: row)) }
    }

    /// The same for rows named by bytes, such as a keyed hash.
    package init(_ column: StaticString, owner: PersonID, row: some Collection<UInt8>) {
        self.init(column, owner: owner) { $0.append(contentsOf: row) }
    }

    /// Whether messages stand here, and so no identifier does.
    var holdsContent: Bool {
        bytes.starts(with: "message.sealed\0".utf8)
    }

    /// Whether values of this kind stand here, and so no value of another.
    func stands<Kind: IdentifierKind>(for kind: Kind.Type) -> Bool {
        let column = kind.home.column
        return column.withUTF8Buffer { unsafe bytes.starts(with: $0) && bytes.dropFirst($0.count).first == 0 }
    }

    private init(_ column: StaticString, owner: PersonID, row: (inout [UInt8]) -> Void) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(column.utf8CodeUnitCount + 25)
        column.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
        bytes.append(0)
        bytes.appendBigEndian(UInt64(bitPattern: owner.rawValue))
        row(&bytes)
        self.bytes = bytes
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }
}
