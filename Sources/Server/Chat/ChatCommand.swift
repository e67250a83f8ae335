// SPDX-License-Identifier: Apache-2.0

import Consent

/// What a person asks of the server in the chat with its own address.
///
/// One verb does, and so does a plain sentence around it: "please turn on sms" is "on sms". A yes, a no, a departure
/// or their end is never guessed: a sentence that decides something must consist of words known here, so that "don't
/// turn on sms", "is sms on?", "off to work, on the train" and "leave me alone" change nothing. What only asks is read
/// generously. What can't be understood is answered with help, never with an error.
enum ChatCommand: Equatable, Sendable {
    case help
    /// Turn a purpose on; `argument` is the number that was written besides, for texting by number.
    case on(PurposeCode, argument: String)
    /// "on" or "off" without anything that names one purpose.
    case whichPurpose(turningOn: Bool)
    case off(PurposeCode)
    /// A no to a purpose, for the record.
    case refuse(PurposeCode)
    /// "no" or "refuse" without anything that names one purpose.
    case whichRefusal
    /// Whether texts to the person's number that they don't fetch in time may reach them as SMS.
    case fallback(Bool)
    /// The code that proves a number, in ASCII digits.
    case code(String)
    /// What only asks: nothing changes by it.
    case question(ChatQuestion)
    /// End the account after the time of grace.
    case leave
    /// "leave now": end it without waiting.
    case leaveNow
    /// Take a departure back.
    case stay
    /// Something about leaving that isn't plainly a wish to.
    case howToLeave
    case notUnderstood

    init(_ text: String) {
        self = ChatSentence(text).map(Self.init) ?? .notUnderstood
    }

    private init(_ sentence: ChatSentence) {
        let words = sentence.words
        if words.isEmpty || words.contains("help") {
            self = .help
        } else if let question = ChatQuestion(sentence) {
            self = .question(question)
        } else if let code = Self.code(in: words) {
            self = .code(code)
        } else if let decision = ChatDecision(sentence) {
            self = decision.command
        } else if let refusal = ChatRefusal(sentence) {
            self = refusal.command
        } else if let departure = ChatDeparture(sentence) {
            self = departure.command
        } else {
            self = ChatWords.greetings.contains(words[0]) ? .help : .notUnderstood
        }
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
}
