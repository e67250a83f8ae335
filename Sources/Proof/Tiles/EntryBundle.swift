import Wire

/// Up to 256 log entries in one file, each after its length in two bytes (C2SP tlog-tiles, Log entries).
package enum EntryBundle {
    /// Bytes an entry takes at most.
    package static let maximumEntry = Int(UInt16.max)

    /// The file of these entries; nil if one is too long.
    package static func encode(_ entries: some Sequence<[UInt8]>) -> [UInt8]? {
        var writer = ByteWriter()
        for entry in entries {
            guard let length = UInt16(exactly: entry.count) else { return nil }
            writer.u16(length)
            writer.bytes(entry)
        }
        return writer.bytes
    }

    /// The `width` entries of a file; nil if there are more or fewer, or bytes left over.
    package static func parse(_ bytes: [UInt8], width: Int) -> [[UInt8]]? {
        var reader = ByteReader(bytes)
        var entries: [[UInt8]] = []
        while !reader.isAtEnd {
            guard entries.count < width, let length = try? reader.u16(), let entry = try? reader.bytes(Int(length))
            else {
                return nil
            }
            entries.append(entry)
        }
        return entries.count == width ? entries : nil
    }
}
