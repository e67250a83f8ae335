/// Properties of code points that the standard library doesn't publish. The tables are in `UnicodeTables+Generated.swift`.
enum UnicodeTables {
    /// Looks up a table of runs: each entry is the first code point of a run shifted left by four, plus the run's value.
    static func value(of scalar: Unicode.Scalar, in runs: [UInt32]) -> UInt32 {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle] >> 4 <= scalar.value {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low == 0 ? 0 : runs[low - 1] & 0xF
    }

    /// The canonical decomposition by one step; the second half is nil where one code point stands for another.
    static func decomposition(of scalar: Unicode.Scalar) -> (Unicode.Scalar, Unicode.Scalar?)? {
        guard let values = values(keyed: UInt64(scalar.value) << 42, mask: ~0 << 42, in: decompositions),
            let first = Unicode.Scalar(values.first)
        else { return nil }
        return (first, values.second == 0 ? nil : Unicode.Scalar(values.second))
    }

    /// The primary composite of two code points.
    static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        values(
            keyed: UInt64(first.value) << 42 | UInt64(second.value) << 21, mask: ~0 << 21, in: compositions
        ).flatMap { Unicode.Scalar($0.second) }
    }

    /// What a fullwidth or halfwidth code point stands for.
    static func widthMapping(of scalar: Unicode.Scalar) -> Unicode.Scalar? {
        values(keyed: UInt64(scalar.value) << 42, mask: ~0 << 42, in: widthMappings).flatMap {
            Unicode.Scalar($0.first)
        }
    }

    /// Finds the entry whose masked bits are the key; its lower two fields of 21 bits.
    private static func values(
        keyed key: UInt64, mask: UInt64, in entries: [UInt64]
    ) -> (first: UInt32, second: UInt32)? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle] & mask < key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        guard low < entries.count, entries[low] & mask == key else { return nil }
        let field = { (shift: UInt64) in UInt32(truncatingIfNeeded: entries[low] >> shift & 0x1F_FFFF) }
        return (field(21), field(0))
    }
}
