extension Tile {
    /// The path below the log's prefix: `tile/1/x001/x234/067.p/17`, or `tile/entries/067` (C2SP tlog-tiles, Merkle Tree).
    package var path: String {
        let name =
            switch level {
            case .entries: "entries"
            case .hashes(let number): String(number)
            }
        return "tile/\(name)/\(Self.encode(index: index))\(isFull ? "" : ".p/\(width)")"
    }

    /// The folder of the partial tiles that this full one makes superfluous.
    package var partials: String { full.path + ".p" }

    /// A path as ``path`` gives it, and nothing else; nil for any other text.
    package init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard parts.popFirst() == "tile", let name = parts.popFirst() else { return nil }
        let level: Level
        if name == "entries" {
            level = .entries
        } else {
            guard let number = decimal(Array(name.utf8)) else { return nil }
            level = .hashes(number)
        }
        var width = Self.fullWidth
        if parts.dropLast().last?.hasSuffix(".p") == true, let text = parts.popLast(), let stem = parts.popLast() {
            guard let number = decimal(Array(text.utf8)), number < Self.fullWidth else { return nil }
            width = number
            parts.append(stem.dropLast(2))
        }
        var index = 0
        for part in parts {
            let digits = part.utf8.drop { $0 == UInt8(ascii: "x") }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
            let (shifted, tooLarge) = index.multipliedReportingOverflow(by: 1000)
            let (sum, tooLargeToo) = shifted.addingReportingOverflow(number)
            guard !tooLarge, !tooLargeToo else { return nil }
            index = sum
        }
        self.init(level, index: index, width: width)
        // One spelling each: groups of three digits, an x before all but the last, no more groups than needed.
        guard self.path.utf8.elementsEqual(path.utf8) else { return nil }
    }

    private static func encode(index: Int) -> String {
        var groups: [String] = []
        var rest = index
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        return groups.enumerated().reversed().map { $0.offset == 0 ? $0.element : "x" + $0.element }.joined(
            separator: "/")
    }
}

/// A decimal number without leading zeros, up to `Int.max`; nil for anything else.
func decimal(_ digits: some Collection<UInt8>) -> Int? {
    guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return nil }
    var value = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        let (shifted, tooLarge) = value.multipliedReportingOverflow(by: 10)
        let (sum, tooLargeToo) = shifted.addingReportingOverflow(Int(digit - UInt8(ascii: "0")))
        guard !tooLarge, !tooLargeToo else { return nil }
        value = sum
    }
    return value
}
