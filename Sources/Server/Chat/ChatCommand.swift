// SPDX-License-Identifier: Apache-2.0

import Consent

/// What a person asks of the server in the chat with its own address.
///
/// The first word that is a verb decides, the words around it may make a sentence: "please turn on sms" is "on sms".
/// What can't be understood is answered with help, never with an error.
enum ChatCommand: Equatable, Sendable {
    case help
    /// Turn a purpose on; `argument` is what was written besides, a number for texting by number.
    case on(PurposeCode, argument: String)
    /// "on" or "off" without anything that names a purpose.
    case whichPurpose(turningOn: Bool)
    case off(PurposeCode)
    /// The code that proves a number.
    case code(String)
    case whatDoYouKnow
    case leave
    /// "leave now": the confirmation that ``leave`` asks for.
    case leaveNow
    case notUnderstood

    init(_ text: String) {
        let words = Self.words(of: text)
        guard let first = words.first else {
            self = .help
            return
        }
        if words.contains("know"), words.contains("what") || words.contains("whatever") {
            self = .whatDoYouKnow
            return
        }
        if let on = words.firstIndex(of: "on") {
            self = Self.turningOn(words, original: text, without: on)
            return
        }
        if words.contains("off") {
            self = Self.purpose(in: words).map(ChatCommand.off) ?? .whichPurpose(turningOn: false)
            return
        }
        switch first {
        case "help", "?", "hi", "hello", "menu": self = .help
        case "code": self = .code(Self.digits(in: text))
        case "leave": self = words.contains("now") ? .leaveNow : .leave
        default: self = Self.isCode(words) ? .code(first) : .notUnderstood
        }
    }

    private static func turningOn(_ words: [String], original: String, without on: Int) -> ChatCommand {
        guard let purpose = purpose(in: words) else { return .whichPurpose(turningOn: true) }
        // A number may be written with spaces: everything from its first sign on.
        let start = original.firstIndex { $0 == "+" || $0.isNumber }
        let argument = start.map { String(original[$0...]).trimmed } ?? ""
        return .on(purpose, argument: argument)
    }

    /// The purpose that the words name, by its own name or by the words people use for it.
    private static func purpose(in words: [String]) -> PurposeCode? {
        let words = Set(words)
        if let exact = PurposeCode.allCases.first(where: { words.contains($0.rawValue) }) { return exact }
        if words.contains("number") || words.contains("texting") { return .numberTexting }
        if words.contains("archive") { return .history }
        return nil
    }

    /// Lower-case words without the punctuation around them; a hyphen stays part of its word.
    private static func words(of text: String) -> [String] {
        text.lowercased()
            .split { $0.isWhitespace }
            .map { word in String(word).trimming { ".,;:!\"'()".contains($0) } }
            .filter { !$0.isEmpty }
            .prefix(64)
            .map { $0 == "?" ? $0 : $0.trimming { $0 == "?" } }
    }

    private static func digits(in text: String) -> String {
        String(text.filter { $0.isNumber }.prefix(16))
    }

    /// Six digits alone are a code: people paste what the SMS said.
    private static func isCode(_ words: [String]) -> Bool {
        words.count == 1 && words[0].count == 6 && words[0].allSatisfy(\.isNumber)
    }
}

extension String {
    fileprivate var trimmed: String { trimming(\.isWhitespace) }

    fileprivate func trimming(_ isOuter: (Character) -> Bool) -> String {
        guard let first = firstIndex(where: { !isOuter($0) }), let last = lastIndex(where: { !isOuter($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
