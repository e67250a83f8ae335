// SPDX-License-Identifier: Apache-2.0

package import Consent
package import Logging
package import Store
import XMPP

/// Where terms are compared, published and followed up: within a running server, or over a store that nobody serves.
package struct TermsDesk: Sendable {
    private let store: RegionStore
    private let domain: JID
    private let accounts: Accounts
    private let unsent: UnsentTexts
    private let fallbacks: Fallbacks
    private let log: Logger

    init(
        store: RegionStore, domain: JID, accounts: Accounts, unsent: UnsentTexts, fallbacks: Fallbacks, log: Logger
    ) {
        self.store = store
        self.domain = domain
        self.accounts = accounts
        self.unsent = unsent
        self.fallbacks = fallbacks
        self.log = log
    }

    /// Over a store that nobody serves.
    package init?(store: RegionStore, domain name: String, log: Logger) {
        guard let domain = try? JID(local: nil, domain: name) else { return nil }
        self.init(
            store: store, domain: domain, accounts: Accounts(domain: domain, store: store), unsent: UnsentTexts(),
            fallbacks: Fallbacks(), log: log)
    }

    /// What publishing a document would change now.
    package func difference(_ document: TermsDocument) throws(StoreError) -> TermsChange {
        let terms = store.vault.terms
        return TermsChange(
            from: terms, to: terms.followed(by: document), standing: try store.keys.yeses(under: terms),
            region: store.vault.region)
    }

    /// Publishes a document. When this returns, nothing happens any more on a yes to what it changed, and everybody
    /// concerned is switched off and told.
    ///
    /// - Throws: `sameTerms` if it changes nothing.
    package func publish(_ document: TermsDocument) async throws(StoreError) -> TermsChange {
        let change = try difference(document)
        if change.differences.contains(where: { $0.purpose == .sms }) {
            unsent.remember(try await store.originsOfWaitingTexts())
        }
        let terms = try await store.writer.publish(document, to: store.termsFolder)
        log.notice("terms are published", metadata: ["version": "\(terms.version)"])
        try await switchOff()
        return change
    }

    /// Switches off whoever a change of terms concerns and isn't switched off yet, and tells them.
    package func switchOff() async throws(StoreError) {
        let (domain, region, log) = (domain, store.vault.region, log)
        try await store.writer.switchOff { switchOff in
            guard let address = try? JID(local: switchOff.name, domain: domain.domain) else { return nil }
            return StoredMessage(saying: TermsNotice.text(switchOff, region: region), from: domain, to: address)
                .copy(for: switchOff.person)
        } told: { slice in
            log.info("people are switched off by changed terms", metadata: ["people": "\(slice.count)"])
            let senders = slice.map(\.switchOff).filter { $0.purposes.contains { $0.purpose == .sms } }
            fallbacks.forget(Set(senders.map(\.person)))
            for told in slice { deliver(told) }
        }
    }

    /// To the apps that are connected; others find the message waiting.
    private func deliver(_ told: ToldSwitchOff) {
        for text in told.switchOff.unsent {
            if let origin = unsent.take(text) { accounts.answerUnsent(origin, of: told.switchOff.person) }
        }
        guard let account = accounts.known(told.switchOff.person), let row = told.message,
            let message = told.payload.flatMap(StoredMessage.init(encoded:))
        else { return }
        Router.committed(Envelope(saying: message, to: account), sender: nil, recipient: row)
    }
}
