// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import XMPP

/// "receipts" and "who used my number".
extension Services {
    /// How many of the newest receipts come along with the list.
    private static let newest = 3

    /// The list, then each of the newest receipts and its proof.
    func receipts(of account: Account) async throws(StoreError) -> [String] {
        let (kept, ledger) = try await evidence(of: account)
        guard !kept.isEmpty else { return [ChatText.noReceipts] }
        let lines = kept.enumerated().map { index, receipt in
            ChatText.ReceiptLine(
                number: index + 1, at: receipt.at,
                what: ledger[receipt.decision].map(ChatText.happened) ?? "a decision")
        }
        let following = (max(0, kept.count - Self.newest)..<kept.count).map { $0 + 1 }
        var messages = [ChatText.receipts(lines, following: following, policy: policyAddress)]
        for number in following { messages += try files(number, kept[number - 1]) }
        return messages
    }

    /// One receipt by its number, and its proof: nothing else, so that a saved message is a file.
    func receipt(_ number: Int, of account: Account) async throws(StoreError) -> [String] {
        let (kept, _) = try await evidence(of: account)
        guard kept.indices.contains(number - 1) else { return [ChatText.noReceipt(number, count: kept.count)] }
        return try files(number, kept[number - 1])
    }

    /// Uses by purpose and day, and the looks of administrators.
    func uses(of account: Account) async throws(StoreError) -> [String] {
        let person = account.person
        let (uses, looks) = try await store.read { snapshot throws(StoreError) in
            (try snapshot.uses(of: person), try snapshot.looks(at: person))
        }
        return [
            ChatText.uses(
                uses.map { .init(day: Int64($0.day), purpose: $0.purpose, count: $0.count) },
                looks: looks.map { .init(verb: $0.verb, at: $0.at) }, domain: domain.domain,
                region: store.vault.region)
        ]
    }

    /// The receipts of decisions, oldest first, so that a number stays the same; and the decisions they are of.
    private func evidence(
        of account: Account
    ) async throws(StoreError) -> (receipts: [KeptReceipt], ledger: [DecisionID: Decision]) {
        let person = account.person
        let (kept, ledger) = try await store.read { snapshot throws(StoreError) in
            (try snapshot.receipts(of: person), try snapshot.ledger(of: person))
        }
        return (kept.filter(\.isReceipt), Dictionary(ledger.map { ($0.id, $0) }) { first, _ in first })
    }

    /// The two files of a receipt, each as a message.
    private func files(_ number: Int, _ receipt: KeptReceipt) throws(StoreError) -> [String] {
        let proof = try store.log.proof(of: receipt)
        return [
            String(decoding: receipt.bytes, as: UTF8.self),
            proof.map { String(decoding: $0, as: UTF8.self) }
                ?? ChatText.unpublished(number, interval: configuration.log.interval)
        ]
    }
}
