// SPDX-License-Identifier: Apache-2.0

/// What a person wrote, taken apart into words.
///
/// Phones and address books bring along much that isn't meant: capitals, typographic quotes and dashes, digits of
/// other scripts, invisible direction marks around numbers.
struct ChatSentence {
    /// Lower-case, without the punctuation around them; a hyphen stays part of its word. What has neither letters nor
    /// digits is no word.
    let words: [String]
    let isQuestion: Bool
    /// From the first sign of a number to its last digit; empty if there is none.
    let number: String

    /// Nobody writes more to a server that knows a dozen verbs.
    private static let lengthLimit = 1_000
    private static let wordLimit = 64

    /// Nil for what is too long to be one.
    init?(_ text: String) {
        guard text.utf8.count <= Self.lengthLimit else { return nil }
        let plain = Self.plain(text)
        let words = plain.lowercased().split { $0.isWhitespace }.map { $0.trimmed { $0.isPunctuation || $0.isSymbol } }
            .filter { !$0.isEmpty }
        guard words.count <= Self.wordLimit else { return nil }
        self.words = words
        isQuestion = plain.contains("?")
        number = Self.number(in: plain)
    }

    /// With ASCII digits, hyphens, apostrophes and plus signs, and without invisible marks.
    private static func plain(_ text: String) -> String {
        var plain = ""
        for scalar in text.unicodeScalars {
            let properties = scalar.properties
            switch (scalar, properties.generalCategory) {
            case ("\u{2019}", _), ("\u{02BC}", _): plain += "'"
            case ("\u{FF0B}", _): plain += "+"
            case ("\u{FF1F}", _), ("\u{061F}", _): plain += "?"
            case (_, .format): break
            case (_, .dashPunctuation), ("\u{2212}", _): plain += "-"
            case (_, .decimalNumber): plain += properties.numericValue.map { String(Int($0)) } ?? ""
            default: plain.unicodeScalars.append(scalar)
            }
        }
        return plain
    }

    private static func number(in text: String) -> String {
        guard let last = text.lastIndex(where: \.isASCIIDigit), var first = text.firstIndex(where: \.isASCIIDigit)
        else { return "" }
        // A plus sign and a bracket may stand before the first digit.
        while first > text.startIndex, "+(".contains(text[text.index(before: first)]) {
            first = text.index(before: first)
        }
        return String(text[first...last])
    }
}

extension String {
    /// Part of a phone number or a code.
    var isDigitGroup: Bool {
        var rest = self[...]
        if rest.hasPrefix("tel:") { rest = rest.dropFirst(4) }
        return rest.contains(where: \.isASCIIDigit) && rest.allSatisfy { $0.isASCIIDigit || "+()[]-./".contains($0) }
    }

    /// The digits alone.
    var digits: String { filter(\.isASCIIDigit) }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { self >= "0" && self <= "9" && isASCII }
}

extension Substring {
    fileprivate func trimmed(_ isOuter: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isOuter($0) }), let last = lastIndex(where: { !isOuter($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
