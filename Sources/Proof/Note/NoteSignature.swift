import Wire

/// A signature line of a note.
package struct NoteSignature: Hashable, Sendable {
    package let name: KeyName
    package let keyID: UInt32
    /// What the algorithm gives: 64 bytes for Ed25519, 8 bytes of time and 64 for a cosignature.
    package let bytes: [UInt8]

    package init(name: KeyName, keyID: UInt32, bytes: [UInt8]) {
        self.name = name
        self.keyID = keyID
        self.bytes = bytes
    }

    /// From a line without its end: `— NAME BASE64`.
    init(line: some Collection<UInt8>) throws(NoteError) {
        guard line.starts(with: Self.dash) else { throw .badSignatureLine }
        let parts = line.dropFirst(Self.dash.count).split(
            separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 2, let decoded = Base64.decode(Array(parts[1])), decoded.count > 4 else {
            throw .badSignatureLine
        }
        self.init(
            name: try KeyName(Array(parts[0])),
            keyID: decoded.prefix(4).reduce(0) { $0 << 8 | UInt32($1) },
            bytes: Array(decoded.dropFirst(4)))
    }

    /// With its end.
    var line: [UInt8] {
        Self.dash + name.bytes + [UInt8(ascii: " ")] + Base64.encode(bigEndian(keyID) + bytes) + [UInt8(ascii: "\n")]
    }

    private static let dash = Array("— ".utf8)
}
