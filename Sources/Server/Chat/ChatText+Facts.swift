// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import XMPP

/// The answer to "what do you know".
extension ChatText {
    /// Everything that the answer is made of.
    struct Knowledge {
        let domain: String
        let region: Region
        let facts: Facts
        let standings: [ChatStanding]
        let hasNumber: Bool
        let windowDays: Int
        let looks: [LookLine]
        /// When the account ends, milliseconds since 1970; nil if it doesn't.
        let leaving: Int64?
    }

    static func facts(_ known: Knowledge) -> String {
        let region = "“\(known.region.name)”"
        var lines = [
            "The server \(known.domain) keeps this about you, in the region \(region) and nowhere else. All but your "
                + "name is encrypted under keys of yours.",
            "• your name here and what your password is checked against, since \(date(known.facts.created)), to let "
                + "you in. They go with: leave"
        ]
        if known.hasNumber {
            lines.append(
                "• your phone number and a keyed fingerprint of it, because you turned on number-texting. They go "
                    + "with: off number-texting")
        }
        for kind in known.facts.kinds where kind.count > 0 {
            var line = "• \(kind.name): \(kind.count)"
            if let oldest = kind.oldest { line += ", the oldest from \(date(oldest))" }
            lines.append(line)
        }
        let isKept = known.standings.contains { $0.purpose == .history && $0.standing.isOn && !$0.isStale }
        lines.append(
            "Messages are held \(known.windowDays) days for delivery, which is the service itself"
                + (isKept ? "; and longer, because you turned on history." : ", and longer only with history on."))
        lines += ["", "What you decided:"]
        for standing in known.standings {
            lines.append("• " + standing.sentence(uses: known.facts.uses[standing.purpose] ?? 0))
        }
        lines.append("IMSI and IMEI: never taken, for no purpose.")
        lines.append("")
        if let last = known.looks.last {
            lines.append(
                "An administrator looked at your account \(times(known.looks.count)), last on \(minute(last.at)), and "
                    + "saw counts, never content. For each look, write: who used my number")
        } else {
            lines.append("No administrator looked at your account. For uses by day, write: who used my number")
        }
        if let leaving = known.leaving { lines.append(alreadyLeaving(due: leaving)) }
        lines.append("For signed receipts of your decisions, write: receipts. For everything as files: export")
        return lines.joined(separator: "\n")
    }
}
