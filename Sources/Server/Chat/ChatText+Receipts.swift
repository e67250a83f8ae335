// SPDX-License-Identifier: Apache-2.0

import Consent

/// What is said about receipts; they themselves are messages of their own, so that a saved message is a file.
extension ChatText {
    /// One line of the list.
    struct ReceiptLine {
        /// From 1, the oldest; it never changes.
        let number: Int
        /// Milliseconds since 1970.
        let at: Int64
        let what: String
    }

    /// The longest list; the export has all.
    private static let most = 50

    static let noReceipts = "You have decided nothing yet, so there are no receipts. Everything is off."

    static func receipts(_ lines: [ReceiptLine], following: [Int], policy: String?) -> String {
        var text = [
            "Your receipts: \(lines.count). Each is a signed record of one event, and a proof that its fingerprint "
                + "stands in this server's public log."
        ]
        if lines.count > most { text.append("These are the newest \(most); export has all.") }
        for line in lines.suffix(most) {
            text.append("\(line.number). \(minute(line.at)): \(line.what)")
        }
        let names = following.map { "receipt \($0)" }.joined(separator: ", ")
        text += [
            "",
            "Now follow, each as two messages: \(names). Save the first as NAME.receipt.jws and the second as "
                + "NAME.tlog-proof, each just as it is. \(check("NAME"))",
            (policy.map { "The policy is at \($0)." } ?? "Ask the administrator for the log's policy file.")
                + " For one of the others, write: receipt 1"
        ]
        return text.joined(separator: "\n")
    }

    /// How anybody verifies a receipt.
    static func check(_ name: String) -> String {
        "To check them, here or on any other machine: hoopoe receipt verify \(name).receipt.jws \(name).tlog-proof "
            + "--policy policy"
    }

    static func unpublished(_ number: Int, interval: Interval) -> String {
        "The proof of receipt \(number) comes in the next batch, within \(interval) seconds. Then write: receipt "
            + "\(number)"
    }

    static func noReceipt(_ number: Int, count: Int) -> String {
        count == 0 ? noReceipts : "There is no receipt \(number): they are numbered from 1 to \(count)."
    }

    /// What a decision was, to the person who made it.
    static func happened(_ decision: Decision) -> String {
        let name = decision.purpose.rawValue
        return switch decision.action {
        case .grant: "you said yes to \(name), version \(decision.terms) of the terms"
        case .refuse: "you said no to \(name), version \(decision.terms) of the terms"
        case .withdraw: "\(name) was turned off, its key destroyed"
        case .stale: "the terms of \(name) changed with version \(decision.terms); your yes permits nothing since"
        case .erase: "\(name) was erased"
        }
    }
}
