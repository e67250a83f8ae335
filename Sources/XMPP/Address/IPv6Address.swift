/// An IPv6 address as an address's domainpart: in brackets (RFC 7622 §3.2), written canonically (RFC 5952).
struct IPv6Address: Equatable, CustomStringConvertible {
    private let groups: [UInt16]

    /// Reads `[…]`. Zone identifiers and future versions of literals aren't for addresses.
    init?(literal: Substring) {
        guard literal.utf8.count <= 47, literal.first == "[", literal.last == "]" else { return nil }
        let halves = Self.halves(of: literal.dropFirst().dropLast())
        guard let head = Self.groups(halves.head) else { return nil }
        guard let tailText = halves.tail else {
            guard head.count == 8 else { return nil }
            self.groups = head
            return
        }
        // `::` stands for one group of zeros or more.
        guard let tail = Self.groups(tailText), head.count + tail.count < 8 else { return nil }
        self.groups = head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
    }

    private static func halves(of text: Substring) -> (head: Substring, tail: Substring?) {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" {
                return (text[..<index], text[text.index(after: next)...])
            }
            index = next
        }
        return (text, nil)
    }

    private static func groups(_ text: Substring) -> [UInt16]? {
        guard !text.isEmpty else { return [] }
        var result: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains(".") {
                guard let bytes = ipv4(part) else { return nil }
                result.append(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))
                result.append(UInt16(bytes[2]) << 8 | UInt16(bytes[3]))
            } else {
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                result.append(group)
            }
        }
        return result.count <= 8 ? result : nil
    }

    private static func ipv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in
            part.utf8.count > 1 && part.first == "0" || !part.allSatisfy(\.isHexDigit) ? nil : UInt8(part)
        }
        return parts.count == 4 && bytes.count == 4 ? bytes : nil
    }

    var description: String {
        var best = 0..<0
        var start = 0
        while start < groups.count {
            let end = groups[start...].firstIndex { $0 != 0 } ?? groups.count
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        let text = { (groups: ArraySlice<UInt16>) in groups.map { String($0, radix: 16) }.joined(separator: ":") }
        guard !best.isEmpty else { return "[" + text(groups[...]) + "]" }
        return "[" + text(groups[..<best.lowerBound]) + "::" + text(groups[best.upperBound...]) + "]"
    }
}
