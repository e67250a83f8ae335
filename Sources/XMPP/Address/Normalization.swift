/// Normalization Form C (Unicode Standard Annex 15), which the standard library has but doesn't publish.
enum Normalization {
    /// The canonical composition of the text.
    static func composed(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        // Below U+0300 nothing combines and nothing decomposes into something else after composition.
        if scalars.allSatisfy({ $0.value < 0x300 }) { return scalars }
        var decomposed: [Unicode.Scalar] = []
        decomposed.reserveCapacity(scalars.count + 8)
        for scalar in scalars { decompose(scalar, into: &decomposed) }
        reorder(&decomposed)
        return compose(decomposed)
    }

    // MARK: Decomposition

    private static func decompose(_ scalar: Unicode.Scalar, into result: inout [Unicode.Scalar]) {
        if let syllable = Hangul.decomposition(of: scalar) {
            result.append(contentsOf: syllable)
            return
        }
        guard let (first, second) = UnicodeTables.decomposition(of: scalar) else {
            result.append(scalar)
            return
        }
        // The first half may decompose further; Unicode guarantees that the second half doesn't.
        decompose(first, into: &result)
        if let second { result.append(second) }
    }

    /// Sorts each run of combining marks by its class, keeping equals in order (D109).
    private static func reorder(_ scalars: inout [Unicode.Scalar]) {
        var start = 0
        while start < scalars.count {
            guard combiningClass(scalars[start]) != 0 else {
                start += 1
                continue
            }
            let end = scalars[start...].firstIndex { combiningClass($0) == 0 } ?? scalars.count
            if end - start > 1 {
                let sorted = scalars[start..<end].enumerated().sorted {
                    (combiningClass($0.element), $0.offset) < (combiningClass($1.element), $1.offset)
                }
                scalars.replaceSubrange(start..<end, with: sorted.map(\.element))
            }
            start = end
        }
    }

    // MARK: Composition

    /// Joins each mark with the last starter before it unless something between blocks it (D115, D117).
    private static func compose(_ scalars: [Unicode.Scalar]) -> [Unicode.Scalar] {
        var result: [Unicode.Scalar] = []
        result.reserveCapacity(scalars.count)
        var starter: Int?
        var previousClass: UInt8 = 0
        for scalar in scalars {
            let thisClass = combiningClass(scalar)
            if let starter {
                let isAdjacent = result.count == starter + 1
                if isAdjacent || (previousClass < thisClass && previousClass != 0),
                    let composite = composite(result[starter], scalar)
                {
                    result[starter] = composite
                    continue
                }
            }
            if thisClass == 0 { starter = result.count }
            previousClass = thisClass
            result.append(scalar)
        }
        return result
    }

    private static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        Hangul.composite(first, second) ?? UnicodeTables.composite(first, second)
    }

    private static func combiningClass(_ scalar: Unicode.Scalar) -> UInt8 {
        scalar.value < 0x300 ? 0 : scalar.properties.canonicalCombiningClass.rawValue
    }
}

/// Hangul syllables compose by arithmetic (Unicode Standard §3.12).
private enum Hangul {
    static func decomposition(of scalar: Unicode.Scalar) -> [Unicode.Scalar]? {
        guard (0xAC00..<0xAC00 + 11172).contains(scalar.value) else { return nil }
        let index = scalar.value - 0xAC00
        let parts = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
        return parts.filter { $0 != 0x11A7 }.compactMap(Unicode.Scalar.init)
    }

    static func composite(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> Unicode.Scalar? {
        if (0x1100..<0x1113).contains(first.value), (0x1161..<0x1176).contains(second.value) {
            return Unicode.Scalar(0xAC00 + ((first.value - 0x1100) * 21 + second.value - 0x1161) * 28)
        }
        guard (0xAC00..<0xAC00 + 11172).contains(first.value), (first.value - 0xAC00) % 28 == 0,
            (0x11A8..<0x11C3).contains(second.value)
        else { return nil }
        return Unicode.Scalar(first.value + second.value - 0x11A7)
    }
}
