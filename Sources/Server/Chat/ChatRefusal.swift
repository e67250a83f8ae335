// SPDX-License-Identifier: Apache-2.0

import Consent

/// "no sms", "I refuse sms": a no to one purpose, to be recorded.
struct ChatRefusal {
    let command: ChatCommand

    /// Nil if the sentence doesn't begin with a no.
    init?(_ sentence: ChatSentence) {
        var words = ChatDecision.withoutCourtesy(sentence.words)
        if words.first == "i", words.dropFirst().first.map(ChatWords.refusing.contains) == true { words.removeFirst() }
        guard let first = words.first, ChatWords.refusing.contains(first) || first == "no" else { return nil }
        let rest = Array(words.dropFirst())
        let purposes = ChatDecision.purposes(in: rest)
        let isPlain = !sentence.isQuestion && rest.allSatisfy(Self.isKnown)
        if isPlain, purposes.count == 1, let purpose = purposes.first {
            command = .refuse(purpose)
        } else if isPlain || purposes.isEmpty && rest.isEmpty {
            command = .whichRefusal
        } else {
            command = .notUnderstood
        }
    }

    private static func isKnown(_ word: String) -> Bool {
        word != "fallback" && !word.isDigitGroup && ChatDecision.isNameOrFiller(word)
    }
}
