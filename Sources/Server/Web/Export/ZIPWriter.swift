// SPDX-License-Identifier: Apache-2.0

import Wire

/// Writes a ZIP archive piece by piece (PKWARE APPNOTE 6.3), remembering names and places only.
///
/// Entries are stored as they are and come whole, so that their sizes stand before them and any program can read the
/// archive from its beginning. There is no ZIP64: an archive ends below 4 GiB and below 65,535 entries.
struct ZIPWriter {
    /// The archive can't hold that much.
    struct Full: Error {}

    private struct Entry {
        let name: [UInt8]
        let sum: UInt32
        let size: UInt32
        let place: UInt32
    }

    /// UTF-8 names.
    private static let flags: UInt16 = 0x0800
    /// 2.0: the version of PKZIP that is needed to read it.
    private static let version: UInt16 = 20
    private static let localSignature: UInt32 = 0x0403_4b50
    private static let centralSignature: UInt32 = 0x0201_4b50
    private static let endSignature: UInt32 = 0x0605_4b50

    private let sizeLimit: Int
    private let time: UInt16
    private let date: UInt16
    private var entries: [Entry] = []
    /// What the names take in the central directory.
    private var directorySize = 0
    private var written = 0

    /// All entries are dated `moment`, in UTC. The archive takes at most `sizeLimit` bytes, what 32 bits can say.
    init(at moment: Timestamp, sizeLimit: Int = Int(UInt32.max)) {
        self.sizeLimit = min(sizeLimit, Int(UInt32.max))
        let civil = CivilTime(moment)
        // MS-DOS: two seconds a step, years from 1980 to 2107.
        time = UInt16(civil.hour << 11 | civil.minute << 5 | civil.second >> 1)
        date = UInt16(min(max(civil.year - 1980, 0), 127) << 9 | civil.month << 5 | civil.day)
    }

    /// What to write for a file; `name` has slashes between folders. The content follows it as it is.
    ///
    /// - Throws: `Full` if the archive can't take it and still be ended.
    mutating func header(of name: String, content: [UInt8]) throws(Full) -> [UInt8] {
        let name = Array(name.utf8)
        let headerSize = 30 + name.count
        let (place, directory) = (written, directorySize + 46 + name.count)
        let end = place + headerSize + content.count
        guard name.count <= UInt16.max, entries.count < Int(UInt16.max) - 1, end + directory + 22 <= sizeLimit,
            let size = UInt32(exactly: content.count), let start = UInt32(exactly: place)
        else { throw Full() }
        let entry = Entry(name: name, sum: CRC32.of(content), size: size, place: start)
        var header = LittleEndian()
        header.append(Self.localSignature)
        append(entry, to: &header)
        (written, directorySize) = (end, directory)
        entries.append(entry)
        return header.bytes + name
    }

    /// What to write last.
    mutating func end() -> [UInt8] {
        var directory = LittleEndian()
        for entry in entries {
            directory.append(Self.centralSignature)
            // Made on Unix, so that the attributes below are read as a mode.
            directory.append(UInt16(3) << 8 | Self.version)
            append(entry, to: &directory)
            // No comment, first disk, no internal attributes.
            for _ in 0..<3 { directory.append(UInt16(0)) }
            // A regular file that its owner alone may read and write.
            directory.append(UInt32(0o100600) << 16)
            directory.append(entry.place)
            directory.bytes += entry.name
        }
        let count = UInt16(clamping: entries.count)
        let size = UInt32(clamping: directory.bytes.count)
        directory.append(Self.endSignature)
        directory.append(UInt16(0))
        directory.append(UInt16(0))
        directory.append(count)
        directory.append(count)
        directory.append(size)
        directory.append(UInt32(clamping: written))
        directory.append(UInt16(0))
        return directory.bytes
    }

    /// The fields that both headers share, from the version needed to the length of the extra field.
    private func append(_ entry: Entry, to header: inout LittleEndian) {
        header.append(Self.version)
        header.append(Self.flags)
        // Stored.
        header.append(UInt16(0))
        header.append(time)
        header.append(date)
        header.append(entry.sum)
        header.append(entry.size)
        header.append(entry.size)
        header.append(UInt16(clamping: entry.name.count))
        header.append(UInt16(0))
    }

    private struct LittleEndian {
        var bytes: [UInt8] = []

        mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
            for shift in stride(from: 0, to: value.bitWidth, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
    }
}
