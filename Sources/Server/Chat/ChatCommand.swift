// SPDX-License-Identifier: Apache-2.0

import Consent

/// What a person asks of the server in the chat with its own address.
///
/// One verb does, and so does a plain sentence around it: "please turn on sms" is "on sms". A yes or its end is never
/// guessed: a sentence that turns something on or off must consist of words known here, so that "don't turn on sms",
/// "is sms on?" and "off to work, on the train" change nothing. What can't be understood is answered with help, never
/// with an error.
enum ChatCommand: Equatable, Sendable {
    case help
    /// Turn a purpose on; `argument` is the number that was written besides, for texting by number.
    case on(PurposeCode, argument: String)
    /// "on" or "off" without anything that names one purpose.
    case whichPurpose(turningOn: Bool)
    case off(PurposeCode)
    /// Whether texts to the person's number that they don't fetch in time may reach them as SMS.
    case fallback(Bool)
    /// The code that proves a number, in ASCII digits.
    case code(String)
    case whatDoYouKnow
    case leave
    /// "leave now": the confirmation that ``leave`` asks for.
    case leaveNow
    case notUnderstood

    init(_ text: String) {
        self = ChatSentence(text).map(Self.init) ?? .notUnderstood
    }

    private init(_ sentence: ChatSentence) {
        let words = sentence.words
        if words.isEmpty || words.contains("help") {
            self = .help
        } else if Self.asksWhatIsKnown(words) {
            self = .whatDoYouKnow
        } else if let code = Self.code(in: words) {
            self = .code(code)
        } else if let decision = ChatDecision(sentence) {
            self = decision.command
        } else if words.contains("leave") {
            self = Self.leaving(sentence)
        } else {
            self = ChatWords.greetings.contains(words[0]) ? .help : .notUnderstood
        }
    }

    private static func asksWhatIsKnown(_ words: [String]) -> Bool {
        guard let verb = words.firstIndex(where: ChatWords.knowing.contains) else { return false }
        let before = words[..<verb]
        return before.contains("what") || before.contains("whatever") || before.suffix(2) == ["do", "you"]
            || before.suffix(2) == ["do", "u"]
    }

    /// After the word "code" any digits count; without it, six that stand alone, as people paste them from the SMS.
    private static func code(in words: [String]) -> String? {
        guard words.first == "code" || !words.contains(where: { ChatDecision.direction($0) != nil }) else { return nil }
        let numbers = words.filter(\.isDigitGroup)
        if words.contains("code") {
            if let six = numbers.first(where: { $0.digits.count == 6 }) { return six.digits }
            let all = numbers.map(\.digits).joined()
            return all.isEmpty ? nil : String(all.prefix(16))
        }
        guard numbers.count == words.count else { return nil }
        let all = numbers.map(\.digits).joined()
        return all.count == 6 ? all : nil
    }

    /// Only the two words confirm, nothing that merely contains them: it can't be undone.
    private static func leaving(_ sentence: ChatSentence) -> ChatCommand {
        guard sentence.words.allSatisfy({ !ChatWords.negations.contains($0) }) else { return .notUnderstood }
        let words = sentence.words.filter { !ChatWords.consenting.contains($0) }
        return words == ["leave", "now"] && !sentence.isQuestion ? .leaveNow : .leave
    }
}
