// SPDX-License-Identifier: Apache-2.0

import Consent
import Store

/// "export".
extension Services {
    /// A link that works once, for everything about the person.
    func export(_ account: Account) -> [String] {
        [exportLink(for: account).map(ChatText.export) ?? ChatText.noExport]
    }

    /// Where the policy file lies that receipts are verified by; nil if nothing is served over HTTPS.
    var policyAddress: String? {
        exports.address.map { "\($0)/log/\(store.vault.region.name)/\(store.log.number)/policy" }
    }
}
