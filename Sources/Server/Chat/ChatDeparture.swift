// SPDX-License-Identifier: Apache-2.0

/// "leave", "leave now", "stay": the end of an account, and its taking back.
struct ChatDeparture {
    let command: ChatCommand

    /// Nil if the sentence is about neither.
    init?(_ sentence: ChatSentence) {
        let words = sentence.words
        if words.contains("stay") {
            let rest = ChatDecision.withoutCourtesy(words).filter { !ChatWords.besideStaying.contains($0) }
            command = rest == ["stay"] && !sentence.isQuestion ? .stay : .notUnderstood
            return
        }
        let isAboutLeaving =
            words.contains("leave")
            || words.contains("account") && !ChatWords.ending.isDisjoint(with: words)
        guard isAboutLeaving else { return nil }
        guard words.allSatisfy({ !ChatWords.negations.contains($0) }) else {
            command = .notUnderstood
            return
        }
        // Only the two words skip the time of grace, nothing that merely contains them: it can't be undone.
        let plain = words.filter { !ChatWords.consenting.contains($0) }
        if plain == ["leave", "now"], !sentence.isQuestion {
            command = .leaveNow
            return
        }
        var rest = ChatDecision.withoutCourtesy(words)
        // Of "I want to leave".
        if rest.first == "to" { rest.removeFirst() }
        let isPlain = !sentence.isQuestion && (rest == ["leave"] || Self.endsAccount(rest))
        command = isPlain ? .leave : .howToLeave
    }

    /// "delete my account", "close the account".
    private static func endsAccount(_ words: [String]) -> Bool {
        guard let verb = words.first, ChatWords.ending.contains(verb), words.last == "account" else { return false }
        return words.dropFirst().dropLast().allSatisfy { ["my", "the", "this"].contains($0) }
    }
}
