/// The fields within a receipt's text (SMPP 3.4 appendix B), wherever they stand.
struct ReceiptText {
    enum Key: String, CaseIterable {
        case id = "id:"
        case submitted = "sub:"
        case delivered = "dlvrd:"
        case submitDate = "submit date:"
        case doneDate = "done date:"
        case state = "stat:"
        case error = "err:"
        case text = "text:"
    }

    private var values: [Key: String] = [:]

    /// Finds each key's first occurrence at the start of a word; a value reaches to the next key.
    init(_ octets: [UInt8]) {
        var open: (key: Key, start: Int)?
        var index = 0
        while index < octets.count {
            let startsWord = index == 0 || Self.isSeparator(octets[index - 1])
            if startsWord, let (key, length) = unseenKey(in: octets, at: index, besides: open?.key) {
                close(open, octets, end: index)
                index += length
                open = (key, index)
            } else {
                index += 1
            }
        }
        close(open, octets, end: octets.count)
    }

    /// The whole value; empty ones count as absent.
    subscript(_ key: Key) -> String? {
        values[key].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The first word of a value.
    func word(_ key: Key) -> String? {
        self[key].map { value in
            let end = value.unicodeScalars.firstIndex { UInt8(exactly: $0.value).map(Self.isSeparator) ?? false }
            return String(value[..<(end ?? value.endIndex)])
        }
    }

    private mutating func close(_ open: (key: Key, start: Int)?, _ octets: [UInt8], end: Int) {
        guard let (key, start) = open else { return }
        let value = octets[start..<end].drop { Self.isSeparator($0) }
        let trimmed = value.reversed().drop { Self.isSeparator($0) }.reversed()
        values[key] = String(octets: Array(trimmed))
    }

    private func unseenKey(in octets: [UInt8], at index: Int, besides open: Key?) -> (Key, length: Int)? {
        for key in Key.allCases where key != open && values[key] == nil {
            if let length = Self.match(key, octets, at: index) { return (key, length) }
        }
        return nil
    }

    /// In any case; the space of `submit date` may be an underscore or absent.
    private static func match(_ key: Key, _ octets: [UInt8], at start: Int) -> Int? {
        var index = start
        for expected in key.rawValue.utf8 {
            guard index < octets.count else { return nil }
            let found = octets[index]
            if expected == UInt8(ascii: " ") {
                if found == expected || found == UInt8(ascii: "_") { index += 1 }
                continue
            }
            let lowercased = (0x41...0x5A).contains(found) ? found | 0x20 : found
            guard lowercased == expected else { return nil }
            index += 1
        }
        return index - start
    }

    private static func isSeparator(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"), UInt8(ascii: ","),
            UInt8(ascii: ";"), 0:
            true
        default: false
        }
    }
}
