// SPDX-License-Identifier: Apache-2.0

import Consent

/// A sentence that turns a purpose on or off, or begins like one.
struct ChatDecision {
    let command: ChatCommand

    /// Nil if the sentence has nothing of the kind.
    init?(_ sentence: ChatSentence) {
        let words = Self.plainly(Self.withoutCourtesy(sentence.words))
        let directions = Set(words.compactMap(Self.direction))
        guard let turningOn = directions.first else { return nil }
        let purposes = Self.purposes(in: words)
        let isPlain = directions.count == 1 && words.allSatisfy(Self.isKnown) && !Self.isDoubtful(sentence)
        if words.contains("fallback") {
            // "off sms fallback" is about the way to this person, not about their own purpose of that name.
            command = isPlain && purposes.isSubset(of: [.sms]) ? .fallback(turningOn) : .notUnderstood
        } else if isPlain, purposes.count == 1, let purpose = purposes.first {
            command = turningOn ? .on(purpose, argument: sentence.number) : .off(purpose)
        } else if isPlain || purposes.isEmpty && Self.isVerb(words.first) && directions.count == 1 {
            command = .whichPurpose(turningOn: turningOn)
        } else {
            command = .notUnderstood
        }
    }

    /// Whether a word means on; nil if it means neither on nor off.
    static func direction(_ word: String) -> Bool? {
        switch word {
        case "on", "enable", "activate": true
        case "off", "disable", "deactivate", "stop": false
        default: nil
        }
    }

    private static func isVerb(_ word: String?) -> Bool {
        word.map { direction($0) != nil || $0 == "turn" || $0 == "switch" } ?? false
    }

    private static func isKnown(_ word: String) -> Bool {
        direction(word) != nil || word.isDigitGroup || isNameOrFiller(word)
    }

    /// Part of a purpose's name, or a word that changes nothing beside one.
    static func isNameOrFiller(_ word: String) -> Bool {
        ChatWords.besideDecisions.contains(word) || ChatWords.purposes[word] != nil
            || ChatWords.purposeParts.contains(word) || PurposeCode(rawValue: word) != nil
    }

    /// Whether the first word, courtesy aside, is one that turns something on or off.
    static func beginsLikeOne(_ sentence: ChatSentence) -> Bool {
        isVerb(withoutCourtesy(sentence.words).first)
    }

    static func namesPurpose(_ words: [String]) -> Bool { !purposes(in: words).isEmpty }

    /// "Is sms on?" asks; "can you turn on sms?" doesn't.
    private static func isDoubtful(_ sentence: ChatSentence) -> Bool {
        sentence.isQuestion && !ChatWords.requests.contains { sentence.words.starts(with: $0) }
    }

    /// Without what people say before and after what they want.
    static func withoutCourtesy(_ words: [String]) -> [String] {
        var rest = words[...]
        var isShorter = true
        while isShorter {
            isShorter = false
            for phrase in ChatWords.openings + ChatWords.requests where rest.starts(with: phrase) {
                rest = rest.dropFirst(phrase.count)
                isShorter = true
            }
            for phrase in ChatWords.endings where rest.suffix(phrase.count).elementsEqual(phrase) {
                rest = rest.dropLast(phrase.count)
                isShorter = true
            }
        }
        return Array(rest)
    }

    /// "My number is +49…" names the number like "my number +49…".
    private static func plainly(_ words: [String]) -> [String] {
        guard let verb = words.firstIndex(of: "is"), words[..<verb].last == "number",
            words[verb...].dropFirst().first?.isDigitGroup == true
        else { return words }
        return Array(words[..<verb] + words[(verb + 1)...])
    }

    /// The purposes that the words name: by their own names or by the words people use for them.
    static func purposes(in words: [String]) -> Set<PurposeCode> {
        var purposes = Set(words.compactMap { PurposeCode(rawValue: $0) ?? ChatWords.purposes[$0] })
        if words.contains("backup") { purposes.formUnion(words.compactMap { PurposeCode(rawValue: "backup-" + $0) }) }
        return purposes
    }
}
