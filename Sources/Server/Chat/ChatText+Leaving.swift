// SPDX-License-Identifier: Apache-2.0

/// What is said to somebody who leaves: exactly what goes, what stays, and how not to.
extension ChatText {
    static let whatGoes = """
        What will be destroyed, keys first: your password's check, your number and its fingerprint, your contacts and \
        blocklist, all messages kept for you, those that wait for you, texts of yours that aren't sent yet, your SMS \
        conversations, the counts of uses, your receipts, and the salts that tie them to the public log.
        """

    static let whatStays = """
        What stays, by design: the messages that others received from you, in their own history; fingerprints of \
        numbers that answered STOP, because the law demands that STOP is kept; the rows of the ledger, and the log's \
        fingerprints of them, which then belong to nobody; and copies of the server's folder that were made earlier, \
        with the keys of that day.
        """

    static func leaving(days: Int, due: Int64, reminded: Bool = false) -> String {
        let opening =
            reminded
            ? "You asked to leave: your account ends on \(minute(due))."
            : "Your account ends in \(days) \(days == 1 ? "day" : "days"), on \(minute(due)). Until then all is as before."
        return """
            \(opening) To take it back, write: stay
            Not to wait, write: leave now

            \(whatGoes)

            \(whatStays)

            A final receipt goes to the apps of yours that are connected when it happens, and nowhere else: to be sure \
            of it, write leave now while you read along. To take everything with you before, write: export
            """
    }

    static func howToLeave(days: Int) -> String {
        let grace =
            days == 0
            ? "To end your account at once, write: leave"
            : """
            To end your account in \(days) \(days == 1 ? "day" : "days"), write: leave. Until then, stay takes it back. \
            To end it at once, write: leave now
            """
        return """
            \(grace)

            \(whatGoes)

            \(whatStays)
            """
    }

    static func alreadyLeaving(due: Int64) -> String {
        "Your account ends on \(minute(due)), as you asked. To take it back, write: stay. Not to wait: leave now"
    }

    static func stays(_ wasLeaving: Bool) -> String {
        wasLeaving
            ? "You stay: your account no longer ends, and nothing was destroyed."
            : "You aren't leaving: nothing has changed."
    }

    /// The last words, before the receipt and its proof.
    static func left(domain: String, hasProof: Bool) -> String {
        var lines = [
            "Your account at \(domain) has ended: its keys are destroyed, and everything kept for you is gone.",
            "",
            "The final receipt follows, as two messages. It is kept nowhere here: save the first as final.receipt.jws "
                + "and the second as final.tlog-proof, each just as it is. \(check("final"))"
        ]
        if !hasProof {
            lines[2] =
                "The final receipt follows. It is kept nowhere here: save it as final.receipt.jws, just as it is. The "
                + "log couldn't be published just now, so there is no proof of it."
        }
        return lines.joined(separator: "\n")
    }
}
