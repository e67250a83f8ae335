// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import XMPP

/// "what do you know" and "terms".
extension Services {
    func facts(about account: Account) async throws(StoreError) -> [String] {
        let person = account.person
        let (facts, ledger, looks, leaving) = try await store.read { snapshot throws(StoreError) in
            (
                try snapshot.facts(about: person), try snapshot.ledger(of: person), try snapshot.looks(at: person),
                try snapshot.leaving(of: person)
            )
        }
        let numberHeld = (try? store.keys.number(of: person)) ?? nil != nil
        return [
            ChatText.facts(
                .init(
                    domain: domain.domain, region: store.vault.region, facts: facts,
                    standings: ChatStanding.all(ledger, store.vault.terms), hasNumber: numberHeld,
                    windowDays: configuration.window.days, looks: looks.map { .init(verb: $0.verb, at: $0.at) },
                    leaving: leaving))
        ]
    }

    func terms(for account: Account) async throws(StoreError) -> [String] {
        let person = account.person
        let (terms, region) = (store.vault.terms, store.vault.region)
        let ledger = try await store.read { snapshot throws(StoreError) in try snapshot.ledger(of: person) }
        let purposes = ChatStanding.all(ledger, terms).compactMap { standing in
            terms.text(of: standing.purpose, in: region).map { (standing.purpose, $0, standing.state) }
        }
        return [ChatText.terms(version: terms.version, region: region, purposes)]
    }

    /// Records a no. It never switches off what is on: that has words of its own. A yes to terms that have changed since
    /// ends with it, and so does a number that waits for its code.
    func refuse(_ purpose: PurposeCode, by account: Account) async throws(StoreError) -> [String] {
        guard store.vault.terms.offered.contains(purpose) else { return [ChatText.notOffered(purpose)] }
        let standing = store.vault.allows(purpose, for: account.person)
        if case .success = standing { return [ChatText.isOnInstead(purpose)] }
        let decision = try await store.writer.refuse(purpose, by: account.person)
        guard let rows = try await end(purpose, of: account) else {
            return [ChatText.refused(purpose, terms: decision.terms)]
        }
        return [ChatText.refusedStale(purpose, terms: decision.terms, rows: rows)]
    }

    /// Destroys what is kept for a purpose that may not be used any more. - Returns: how many rows; nil if it wasn't on.
    private func end(_ purpose: PurposeCode, of account: Account) async throws(StoreError) -> Int? {
        do throws(StoreError) {
            let rows = try await store.writer.withdraw(purpose, by: account.person).rows
            forget(purpose, of: account)
            return rows
        } catch {
            guard error == .denied(.noConsent) else { throw error }
            return nil
        }
    }
}
