// SPDX-License-Identifier: Apache-2.0

import Store

/// Whether texts to a person's number that they don't fetch in time may reach them as SMS: part of what they choose with
/// *number-texting*. Taken unless they refuse.
extension Services {
    func takesFallback(_ account: Account) async -> Bool {
        if let known = account.withState({ $0.takesFallback }) { return known }
        let stored: [UInt8]?
        do throws(StoreError) {
            stored = try await store.read { snapshot throws(StoreError) in
                try snapshot.kept(.setting, name: Kept.refusesFallback.name, owner: account.person)
            }
        } catch {
            // What can't be told counts as refused; the text waits for its recipient.
            return false
        }
        return account.withState { state in
            let choice = state.takesFallback ?? (stored == nil)
            state.takesFallback = choice
            return choice
        }
    }

    func setFallback(_ isTaken: Bool, of account: Account) async throws(StoreError) {
        // What is decided from here on sees the refusal; what was decided before is asked again when its SMS is due.
        if !isTaken { account.withState { $0.takesFallback = false } }
        do throws(StoreError) {
            try await store.write { transaction throws(StoreError) in
                if isTaken {
                    try transaction.drop(.setting, name: Kept.refusesFallback.name, owner: account.person)
                } else {
                    try transaction.keep(.setting, .refusesFallback, owner: account.person)
                    try transaction.cancelOutgoing(standingInFor: account.person)
                }
            }
        } catch {
            account.withState { $0.takesFallback = nil }
            throw error
        }
        account.withState { $0.takesFallback = isTaken }
    }
}
