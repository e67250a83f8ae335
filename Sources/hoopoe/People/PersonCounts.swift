// SPDX-License-Identifier: Apache-2.0

import Consent
import Store

/// What an administrator may see of a person: how much of what kind is kept. No content, no address but their own.
package struct PersonCounts: Sendable, Equatable, Codable {
    /// One kind of row, by its plain name.
    package struct Kind: Sendable, Equatable, Codable {
        package let name: String
        package let count: Int

        package init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    package let name: String
    /// When they were added, milliseconds since 1970.
    package let created: Int64
    package let kinds: [Kind]

    package init(name: String, created: Int64, kinds: [Kind]) {
        self.name = name
        self.created = created
        self.kinds = kinds
    }

    /// Counts only: neither which purposes are on nor when anything happened.
    init(name: String, _ facts: Facts, standings: [PurposeCode: Standing]) {
        let uses = facts.uses.values.reduce(0) { $0.addingReportingOverflow($1).partialValue }
        let kinds = facts.kinds.map { Kind(name: $0.name, count: $0.count) }
        self.init(
            name: name, created: facts.created,
            kinds: [Kind(name: "purposes on", count: standings.values.count(where: \.isOn))] + kinds
                + [Kind(name: "uses", count: uses)])
    }
}
