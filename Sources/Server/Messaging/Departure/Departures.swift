// SPDX-License-Identifier: Apache-2.0

package import Consent
package import Proof
package import Store
import Wire
import XMPP

/// Ends accounts: keys first, then rows, queue entries, routing and caches; then the log, then the last words.
package struct Departures: Sendable {
    private let store: RegionStore
    private let accounts: Accounts
    private let exports: ExportLinks
    private let unsent: UnsentTexts
    private let fallbacks: Fallbacks
    private let domain: JID

    init(
        store: RegionStore, accounts: Accounts, exports: ExportLinks, unsent: UnsentTexts, fallbacks: Fallbacks,
        domain: JID
    ) {
        self.store = store
        self.accounts = accounts
        self.exports = exports
        self.unsent = unsent
        self.fallbacks = fallbacks
        self.domain = domain
    }

    /// For a store that no server holds: nobody is connected.
    package init(store: RegionStore, domain: String) throws {
        let domain = try JID(local: nil, domain: domain)
        self.init(
            store: store, accounts: Accounts(domain: domain, store: store), exports: ExportLinks(),
            unsent: UnsentTexts(), fallbacks: Fallbacks(), domain: domain)
    }

    /// Ends an account for good. When this returns no key of theirs is left.
    ///
    /// The apps that are connected get the final receipt and its proof before their streams end. It is stored nowhere:
    /// what is returned is the only other copy. `actor` is who wanted it.
    @discardableResult
    package func end(_ person: PersonID, by actor: Receipt.Actor = .person) async throws(StoreError) -> FinalEvidence {
        exports.forget(person)
        return await finish(person, try await store.writer.erase(person, by: actor))
    }

    private func finish(_ person: PersonID, _ receipt: FinalReceipt) async -> FinalEvidence {
        unsent.forget(person)
        fallbacks.forget([person])
        let evidence = FinalEvidence(receipt, proof: await published(receipt))
        bidFarewell(person, evidence)
        return evidence
    }

    /// Ends the accounts whose time of grace is over, but for those who decide to stay before their turn comes.
    func endDue(by now: Int64) async throws(StoreError) {
        while true {
            let due = try await store.read { snapshot throws(StoreError) in try snapshot.leaving(by: now) }
            guard !due.isEmpty else { return }
            for person in due {
                do throws(StoreError) {
                    guard let receipt = try await store.writer.eraseIfDue(person, by: now) else { continue }
                    exports.forget(person)
                    _ = await finish(person, receipt)
                } catch {
                    // Somebody doesn't wait and leaves just now.
                    guard error == .noSuchPerson else { throw error }
                }
            }
        }
    }

    /// The proof, the log being published for it at once: nobody could fetch it later.
    private func published(_ receipt: FinalReceipt) async -> [UInt8]? {
        do throws(StoreError) {
            try await store.log.publishInBackground()
            return try store.log.proof(of: receipt)
        } catch {
            // The account has ended all the same; the leaf is on disk and goes out with a later batch.
            return nil
        }
    }

    private func bidFarewell(_ person: PersonID, _ evidence: FinalEvidence) {
        let words =
            [ChatText.left(domain: domain.domain, hasProof: evidence.proof != nil), evidence.receipt]
            + (evidence.proof.map { [$0] } ?? [])
        // A device may come back in between: it is told as well, and nothing finds the account after the second round.
        for _ in 0..<2 {
            guard let account = accounts.known(person) else { return }
            let stanzas = words.map { stanza($0, to: account) }
            accounts.forget(account)
            for session in account.withState({ Array($0.sessions.values) }) {
                session.post { session in
                    for stanza in stanzas { session.send(stanza) }
                    session.removed()
                }
            }
        }
    }

    /// A message that no store keeps.
    private func stanza(_ text: String, to account: Account) -> [UInt8] {
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        writer.element(QName(Namespace.client, "body"), text: text)
        let message = StoredMessage(
            from: domain.description, to: account.address.description, type: "chat",
            id: Hex.encode(Randomness.bytes(8)), language: "en", content: writer.finish())
        return message.bytes(archiveID: nil, owner: account.address)
    }
}
