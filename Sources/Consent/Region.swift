/// A named place with its own store, keys and blobs.
///
/// The name is part of folder names and of every seal, so it is short, lower-case and fixed: one to 32 of
/// `a-z`, `0-9` and inner hyphens.
package struct Region: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    /// Refuses a name that isn't as described above.
    package init?(_ name: String) {
        let bytes = name.utf8
        guard (1...32).contains(bytes.count), bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
            return nil
        }
        let allowed = bytes.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard allowed else { return nil }
        self.name = name
    }

    package var description: String { name }
}
