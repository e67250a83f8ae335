/// A text as the search for identifiers sees it: ASCII digits and small letters, invisible marks left out, everything
/// else a sign that joins or parts.
struct FoldedText {
    /// The shortest IMSI has six digits (ITU-T E.212).
    static let fewestDigits = 6
    /// ICCIDs are the longest (ITU-T E.118).
    private static let mostDigits = 20
    private static let letter: UInt8 = 0x7F

    private let bytes: [UInt8]

    init(_ text: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if let byte = Self.fold(scalar) { bytes.append(byte) }
        }
        self.bytes = bytes
    }

    private static func fold(_ scalar: Unicode.Scalar) -> UInt8? {
        switch scalar.value {
        case 0x41...0x5A: return UInt8(truncatingIfNeeded: scalar.value) | 0x20
        case 0x20..<0x7F: return UInt8(truncatingIfNeeded: scalar.value)
        case 0xFF01...0xFF5E: return fold(Unicode.Scalar(UInt8(truncatingIfNeeded: scalar.value - 0xFEE0)))
        case ..<0x80: return 0x20
        default: break
        }
        let properties = scalar.properties
        switch properties.generalCategory {
        case .decimalNumber: return properties.numericValue.map { 0x30 + UInt8($0) }
        case .format, .nonspacingMark: return nil
        case .dashPunctuation: return 0x2D
        case .spaceSeparator: return 0x20
        case let category: return category == .otherSymbol || !properties.isAlphabetic ? 0x3B : letter
        }
    }

    var digitCount: Int { bytes.count(where: Self.isDigit) }

    // MARK: By name

    /// The kind that the text names anywhere.
    var word: RefusedIdentifier? {
        words.first?.kind
    }

    /// The kind that is named right before its digits.
    var named: RefusedIdentifier? {
        for (kind, end) in words {
            var index = end
            // "imeisv", and then whatever parts a name from its value.
            while index < bytes.count, Self.isLetter(bytes[index]), index - end < 2 { index += 1 }
            let start = index
            while index < bytes.count, !Self.isDigit(bytes[index]), !Self.isLetter(bytes[index]), index - start < 8 {
                index += 1
            }
            if group(from: index).digits.count >= Self.fewestDigits || chain(from: index).total >= Self.fewestDigits {
                return kind
            }
        }
        return nil
    }

    private var words: [(kind: RefusedIdentifier, end: Int)] {
        var found: [(RefusedIdentifier, Int)] = []
        for index in bytes.indices where bytes[index] == 0x69 {
            for (word, kind) in Self.names where bytes[index...].starts(with: word.utf8) {
                found.append((kind, index + word.utf8.count))
            }
        }
        return found
    }

    private static let names: [(String, RefusedIdentifier)] = [("imei", .imei), ("imsi", .imsi), ("iccid", .iccid)]

    // MARK: By form

    /// The first run of digits that has the form of an identifier. A run within a longer word isn't one.
    func bare(withNumbers: Bool) -> RefusedIdentifier? {
        var index = 0
        while index < bytes.count {
            guard Self.isDigit(bytes[index]) else {
                index += 1
                continue
            }
            let chain = chain(from: index)
            let isWhole = index == 0 || !Self.isLetter(bytes[index - 1])
            if index > 0, bytes[index - 1] == 0x2B, index == 1 || !Self.isWordy(bytes[index - 2]) {
                // A phone number with its plus sign; its digits are nothing else.
                if withNumbers, (8...15).contains(chain.total) { return .phoneNumber }
            } else if let kind = chain.kind(beginsWhole: isWhole) {
                return kind
            }
            index = chain.end
        }
        return nil
    }

    /// Groups of digits with single signs between them.
    private struct Chain {
        var groups: [[UInt8]] = []
        var end: Int
        /// Whether a letter follows the last group.
        var endsInWord = false

        var total: Int { groups.reduce(0) { $0 + $1.count } }

        /// The kind that some neighbouring groups make.
        func kind(beginsWhole: Bool) -> RefusedIdentifier? {
            for first in groups.indices where first > 0 || beginsWhole {
                var digits: [UInt8] = []
                for last in first..<groups.count {
                    digits += groups[last]
                    if digits.count > FoldedText.mostDigits { break }
                    if last == groups.count - 1, endsInWord { break }
                    guard DeviceDigits.lengths.contains(digits.count) else { continue }
                    let lengths = groups[first...last].map(\.count)
                    if let kind = DeviceDigits.kind(digits, groups: lengths) { return kind }
                }
            }
            return nil
        }
    }

    private func chain(from start: Int) -> Chain {
        var chain = Chain(end: start)
        var index = start
        while index < bytes.count, Self.isDigit(bytes[index]) {
            let (digits, end) = group(from: index)
            chain.groups.append(digits)
            chain.end = end
            chain.endsInWord = end < bytes.count && Self.isLetter(bytes[end])
            guard end + 1 < bytes.count, Self.joins(bytes[end]) else { break }
            index = end + 1
        }
        return chain
    }

    private func group(from start: Int) -> (digits: [UInt8], end: Int) {
        let digits = bytes[min(start, bytes.count)...].prefix(while: Self.isDigit)
        return (Array(digits), start + digits.count)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || byte == letter }
    private static func isWordy(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    private static func joins(_ byte: UInt8) -> Bool { byte == 0x20 || (0x2D...0x2F).contains(byte) }
}
