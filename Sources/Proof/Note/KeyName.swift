/// The name of a key that signs notes, such as `example.org/eu/1` (C2SP signed-note, Format): not empty, without white space, plus
/// signs or control characters.
///
/// Two names are the same if their bytes are, whatever Unicode thinks of them.
package struct KeyName: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Refuses what can't be a name.
    package init(_ text: String) throws(NoteError) {
        try self.init(Array(text.utf8))
    }

    /// Refuses what can't be a name.
    package init(_ bytes: [UInt8]) throws(NoteError) {
        guard !bytes.isEmpty, let text = String(validating: bytes, as: UTF8.self) else { throw .badKeyName }
        for scalar in text.unicodeScalars {
            guard scalar != "+", scalar.value >= 0x20, !scalar.properties.isWhitespace else { throw .badKeyName }
        }
        self.bytes = bytes
    }
}

extension KeyName: CustomStringConvertible {
    package var description: String { String(decoding: bytes, as: UTF8.self) }
}
