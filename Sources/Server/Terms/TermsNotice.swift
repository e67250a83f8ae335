// SPDX-License-Identifier: Apache-2.0

import Consent
import Store

/// What a person is told when the terms of something they turned on have changed: what it said, what it says now, and what
/// they can do.
enum TermsNotice {
    static func text(_ switchOff: SwitchOff, region: Region) -> String {
        let names = switchOff.purposes.map(\.purpose.rawValue).formattedList
        let many = switchOff.purposes.count > 1
        var lines = [
            """
            The terms have changed: version \(switchOff.terms.version) is in force. You had turned on \(names) under \
            earlier ones, so \(many ? "these are" : "it is") off until you agree again. What was kept \
            for \(many ? "them" : "it") stays sealed and isn't used.
            """
        ]
        for (purpose, agreed) in switchOff.purposes {
            let before = switchOff.terms.wording(of: purpose, version: agreed, in: region)
            lines += ["", "\(purpose.rawValue):"]
            guard let now = switchOff.terms.text(of: purpose, in: region) else {
                lines.append(
                    "It isn't offered here any more. To have what was kept for it erased, write: off \(purpose.rawValue)"
                )
                continue
            }
            lines += differences(before, now)
            lines.append("To agree, write: on \(purpose.rawValue). To refuse: no \(purpose.rawValue)")
        }
        if !switchOff.unsent.isEmpty {
            let count = switchOff.unsent.count
            lines += [
                "",
                "\(count) \(count == 1 ? "text" : "texts") of yours that waited to go out by SMS \(count == 1 ? "was" : "were") not sent."
            ]
        }
        return lines.joined(separator: "\n")
    }

    /// The sentences that differ, as they were and as they are; all of the new ones if there is nothing to compare with.
    static func differences(_ before: Terms.Text?, _ now: Terms.Text) -> [String] {
        guard let before else {
            return [now.what, now.why, "Without it: \(now.without)", now.details].filter { !$0.isEmpty }
        }
        let parts: [(name: String, old: String, new: String)] = [
            ("What it does", before.what, now.what), ("Why, and what is kept", before.why, now.why),
            ("Without it", before.without, now.without), ("Besides", before.details, now.details)
        ]
        return parts.filter { $0.old != $0.new }.flatMap { part in
            [
                "\(part.name), before: \(part.old.isEmpty ? "(nothing)" : part.old)",
                "\(part.name), now: \(part.new.isEmpty ? "(nothing)" : part.new)"
            ]
        }
    }
}

extension [String] {
    /// `a`, `a and b`, `a, b and c`.
    fileprivate var formattedList: String {
        guard let last, count > 1 else { return first ?? "" }
        return dropLast().joined(separator: ", ") + " and " + last
    }
}
