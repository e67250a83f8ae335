// SPDX-License-Identifier: Apache-2.0

import Store

/// "export".
extension Services {
    /// A link that works once, for everything about the person.
    func export(_ account: Account) async -> [String] {
        [exportLink(for: account).map(ChatText.export) ?? ChatText.noExport]
    }

    /// Where the policy file lies that receipts are verified by.
    var policyAddress: String { "\(store.log.directory)/policy" }
}
