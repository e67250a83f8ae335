// SPDX-License-Identifier: Apache-2.0

import Consent

/// Who used what, in sentences.
extension ChatText {
    /// Uses of one purpose on one day (counted from 1970, UTC).
    struct UseLine {
        let day: Int64
        let purpose: PurposeCode
        let count: Int
    }

    /// One look of an administrator; `at` in milliseconds since 1970.
    struct LookLine {
        let verb: String
        let at: Int64
    }

    private static let mostDays = 60
    private static let mostLooks = 100

    static func uses(_ uses: [UseLine], looks: [LookLine], domain: String, region: Region) -> String {
        var lines: [String] = []
        if uses.isEmpty {
            lines.append("Nothing of yours was used for any purpose so far.")
        } else {
            lines.append(
                "What the server \(domain) in the region “\(region.name)” used, each time because your yes stood, by "
                    + "day (UTC):")
            let days = Dictionary(grouping: uses) { $0.day }.sorted { $0.key < $1.key }.suffix(mostDays)
            for (day, rows) in days {
                let counts = PurposeCode.allCases.compactMap { purpose -> String? in
                    let count = rows.filter { $0.purpose == purpose }.reduce(0) { $0 + $1.count }
                    return count == 0 ? nil : "\(purpose.rawValue) \(times(count))"
                }
                lines.append("• \(date(day * 86_400_000)): \(counts.joined(separator: ", "))")
            }
            lines.append("To end a purpose and its uses, write: off NAME. Each finished day's counts go into the log.")
        }
        lines.append("")
        if looks.isEmpty {
            lines.append("No administrator looked at your account.")
        } else {
            lines.append("Administrators' looks at your account; they see counts, never content:")
            for look in looks.suffix(mostLooks) {
                lines.append(
                    "• \(minute(look.at)): an administrator of \(domain), by “\(look.verb)”: \(seen(look.verb))")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// What a verb shows its user.
    private static func seen(_ verb: String) -> String {
        switch verb {
        case "person show": "how much of what kind is kept for you"
        case "person code": "a code for the number that you were proving"
        case "trace": "how far one of your messages came, and when"
        default: "counts"
        }
    }
}
