// SPDX-License-Identifier: Apache-2.0

/// A sentence that asks for something to be shown. Nothing changes by it, so it is read generously.
enum ChatQuestion: Equatable, Sendable {
    case whatDoYouKnow
    /// "who used my number": uses by purpose and day, and administrators' looks.
    case uses
    /// The list of receipts, and the newest of them.
    case receipts
    /// One receipt by its number in that list.
    case receipt(Int)
    /// Everything about the person, by a link that works once.
    case export
    /// All purposes, in the words that were or can be agreed to.
    case terms

    /// Nil if the sentence asks for none of these, or may be about turning something on or off.
    init?(_ sentence: ChatSentence) {
        let words = sentence.words
        guard words.first != "code" else { return nil }
        if Self.asksForUses(words) {
            self = .uses
        } else if Self.asksWhatIsKnown(words) {
            self = .whatDoYouKnow
        } else if Self.mayDecide(sentence) {
            return nil
        } else if !ChatWords.receipts.isDisjoint(with: words) {
            self = Self.receipt(words)
        } else if !ChatWords.exporting.isDisjoint(with: words) || words.contains("copy") && words.contains("data") {
            self = .export
        } else if words.contains("terms") || Self.asksForPurposes(words) {
            self = .terms
        } else {
            return nil
        }
    }

    /// "Turn on …", "sms on", "don't …": somebody may want to decide something, and is asked rather than shown.
    private static func mayDecide(_ sentence: ChatSentence) -> Bool {
        var words = sentence.words
        // "Receipt no. 3" isn't a no.
        if let number = words.firstIndex(of: "no"), number > 0, ChatWords.receipts.contains(words[number - 1]) {
            words.remove(at: number)
        }
        if words.contains(where: ChatWords.negations.contains) || words.contains(where: ChatWords.refusing.contains) {
            return true
        }
        guard words.contains(where: { ChatDecision.direction($0) != nil }) else { return false }
        return ChatDecision.beginsLikeOne(sentence) || ChatDecision.namesPurpose(words)
    }

    private static func asksWhatIsKnown(_ words: [String]) -> Bool {
        guard let verb = words.firstIndex(where: ChatWords.knowing.contains) else { return false }
        let before = words[..<verb]
        return before.contains("what") || before.contains("whatever") || before.suffix(2) == ["do", "you"]
            || before.suffix(2) == ["do", "u"]
    }

    private static func asksForUses(_ words: [String]) -> Bool {
        if words == ["uses"] || words == ["my", "uses"] || words == ["looks"] { return true }
        return words.contains("who") && words.contains(where: ChatWords.using.contains)
            || words.starts(with: ["how", "often"]) && words.contains(where: ChatWords.using.contains)
    }

    private static func asksForPurposes(_ words: [String]) -> Bool {
        words == ["purposes"] || words.contains("what") && words.contains("agree") && words.contains("to")
            || words.contains("what") && words.contains("agreed")
    }

    /// The number behind the word: "receipt 3", "receipt no. 3", "#3 of my receipts". Too many digits are no number.
    private static func receipt(_ words: [String]) -> ChatQuestion {
        let numbers = words.filter { $0.allSatisfy(\.isNumber) }.compactMap { Int($0) }
        guard numbers.count == 1, let number = numbers.first else { return .receipts }
        return .receipt(number)
    }
}
