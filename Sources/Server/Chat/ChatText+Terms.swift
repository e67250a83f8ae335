// SPDX-License-Identifier: Apache-2.0

import Consent

/// What is said of the terms, and of a no to one of them.
extension ChatText {
    static func terms(
        version: Int, region: Region, _ purposes: [(code: PurposeCode, text: Terms.Text, state: String)]
    ) -> String {
        var lines = [
            "These are the terms, version \(version), for the region “\(region.name)”. Nothing here is on unless you "
                + "turned it on. IMSI and IMEI are never taken, for no purpose."
        ]
        for (code, text, state) in purposes {
            lines += [
                "", "\(code.rawValue): \(state)", text.what, text.why, "Without it: \(text.without)",
                "This text is of version \(text.changed)."
            ]
        }
        lines += ["", "To agree to one of them, write: on NAME. To refuse it: no NAME. To take a yes back: off NAME."]
        return lines.joined(separator: "\n")
    }

    static func whichNo(_ purposes: [PurposeCode]) -> String {
        "Which one? " + purposes.map { "no \($0.rawValue)" }.joined(separator: ", ")
    }

    static func refused(_ purpose: PurposeCode, terms: Int) -> String {
        """
        Your no to \(purpose.rawValue) is on record (version \(terms) of the terms), and it stays off. To turn it on, \
        write: on \(purpose.rawValue)
        \(receiptHint)
        """
    }

    static func refusedStale(_ purpose: PurposeCode, terms: Int, rows: Int) -> String {
        """
        Your no to version \(terms) of the terms of \(purpose.rawValue) is on record, and with it your earlier yes \
        has ended: the key of what was kept for it is destroyed; \(rows) \(rows == 1 ? "row" : "rows") lay under it, \
        now 0. To turn it on, write: on \(purpose.rawValue)
        \(receiptHint)
        """
    }

    static func changedJustNow(_ purpose: PurposeCode) -> String {
        """
        The terms of \(purpose.rawValue) changed just now, so nothing is turned on. To read them, write: terms. \
        To agree to them, write: on \(purpose.rawValue)
        """
    }

    static func isOnInstead(_ purpose: PurposeCode) -> String {
        "\(purpose.rawValue) is on, and nothing has changed. To turn it off, write: off \(purpose.rawValue)"
    }
}
