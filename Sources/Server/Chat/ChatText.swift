// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Wire
import XMPP

/// The sentences of the chat with the server. Plain words: who, what, where, and how to undo it. Never a number.
enum ChatText {
    static func help(_ standings: [(purpose: PurposeCode, state: String)], domain: String) -> String {
        var lines = ["This is \(domain). Everything that needs your yes is off until you turn it on:"]
        for (purpose, state) in standings {
            lines.append("• \(purpose.rawValue): \(state)")
        }
        lines += [
            "", "You can write:",
            "on number-texting +49…  – be reached by your phone number, over the internet",
            "code 123456  – the code that came by SMS",
            "off fallback  – texts to your number that you don't fetch in time don't come as SMS; on fallback undoes it",
            "on sms  – text people who aren't here, by SMS", "on history  – keep your messages here",
            "off …  – turn any of these off; what was kept for it is erased",
            "no …  – refuse one of these, for the record", "terms  – what each of these means",
            "what do you know  – what is kept about you, where, and why",
            "who used my number  – uses by day, and who looked at your account",
            "receipts  – signed receipts of your decisions, to check by yourself",
            "export  – everything about you, by a link", "leave  – end your account; stay undoes it"
        ]
        return lines.joined(separator: "\n")
    }

    static func notOffered(_ purpose: PurposeCode) -> String { "\(purpose.rawValue) isn't offered here yet." }

    static func which(turningOn: Bool, _ purposes: [PurposeCode]) -> String {
        let verb = turningOn ? "on" : "off"
        return "Which one? " + purposes.map { "\(verb) \($0.rawValue)" }.joined(separator: ", ")
    }

    static func turnedOn(_ purpose: PurposeCode, _ text: Terms.Text, terms: Int) -> String {
        """
        \(purpose.rawValue) is on. \(text.what)

        \(text.explanation)

        You agreed to version \(terms) of the terms. To undo it, write: off \(purpose.rawValue)
        \(receiptHint)
        """
    }

    static func turnedOff(_ purpose: PurposeCode, rows: Int) -> String {
        """
        \(purpose.rawValue) is off. The key of what was kept for it is destroyed; \(rows) \(rows == 1 ? "row" : "rows") \
        lay under it, now 0. To turn it on again, with a new key, write: on \(purpose.rawValue)
        \(receiptHint)
        """
    }

    static let needsNumber = "Write your number with it, from the plus sign on: on number-texting +49…"

    static func codeSent(_ text: Terms.Text, terms: Int) -> String {
        """
        \(text.what)

        \(text.explanation)

        If you agree (version \(terms) of the terms), write back the code that is on its way to the number by SMS: \
        code 123456. It holds for ten minutes. If you do nothing, the number is forgotten.
        """
    }

    static func confirmed(_ terms: Int) -> String {
        """
        number-texting is on. People who text your number reach you here. You agreed to version \(terms) of the terms. \
        To undo it, write: off number-texting
        \(receiptHint)
        """
    }

    static func fallback(_ isTaken: Bool) -> String {
        isTaken
            ? "Texts to your number that you don't fetch in time may come as SMS. To undo it, write: off fallback"
            : "Texts to your number wait here until you fetch them and don't come as SMS. To undo it, write: on fallback"
    }

    static let displaced = """
        number-texting is off: somebody proved the number that you had proven before. What was kept for it is erased. \
        If the number is still yours, turn it on again with a new code.
        \(receiptHint)
        """

    static func wrongCode(left: Int) -> String {
        "That isn't the code. You have \(left) \(left == 1 ? "try" : "tries") left."
    }

    static let codeSpent =
        "That was the last try, and the number is forgotten. Ask for a new code: on number-texting +49…"
    static let codeExpired =
        "The code has expired, and the number is forgotten. Ask for a new one: on number-texting +49…"
    static let noCode = "No code is waiting. Ask for one: on number-texting +49…"

    /// How the receipt of the decision just made is got.
    static let receiptHint = "For its receipt, write: receipts"

    /// The day, in UTC.
    static func date(_ milliseconds: Int64) -> String {
        String(Timestamp(milliseconds: milliseconds).description.prefix(10))
    }

    /// The day and minute, in UTC.
    static func minute(_ milliseconds: Int64) -> String {
        let text = Timestamp(milliseconds: milliseconds).description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
    }

    static func times(_ count: Int) -> String { count == 1 ? "once" : "\(count) times" }
}
