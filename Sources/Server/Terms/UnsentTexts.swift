// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import Synchronization
import Wire
import XMPP

/// What is needed to answer for texts to the phone network that changed terms keep from going out.
///
/// Once the yes to *sms* is stale, the texts can't be read any more, not even to say which of them failed. So what their
/// errors are addressed by is read while the yes still stands, and kept in memory until it is used.
final class UnsentTexts: Sendable {
    /// How the sender's app knows a text.
    struct Origin: Sendable {
        let owner: PersonID
        let to: String
        let id: String
    }

    private let origins = Mutex<[ArchiveID: Origin]>([:])

    func remember(_ origins: [ArchiveID: Origin]) {
        self.origins.withLock { $0.merge(origins) { _, new in new } }
    }

    /// Their *sms* ended, or they left: what they typed isn't kept for it any longer.
    func forget(_ person: PersonID) {
        origins.withLock { origins in origins = origins.filter { $0.value.owner != person } }
    }

    /// Asked once.
    func take(_ message: ArchiveID) -> Origin? {
        origins.withLock { $0.removeValue(forKey: message) }
    }
}

extension RegionStore {
    /// How the senders' apps know the texts that now wait to go out by SMS, and reach nobody otherwise.
    func originsOfWaitingTexts() async throws(StoreError) -> [ArchiveID: UnsentTexts.Origin] {
        try await read { snapshot throws(StoreError) in
            var origins: [ArchiveID: UnsentTexts.Origin] = [:]
            for (message, owner) in try snapshot.textsByNetworkAlone() {
                var query = Store.ArchiveQuery()
                query.ids = [message]
                guard let row = try snapshot.archive(of: owner, query).rows.first,
                    let text = StoredMessage(encoded: row.payload), !text.id.isEmpty
                else { continue }
                origins[message] = UnsentTexts.Origin(owner: owner, to: text.to, id: text.id)
            }
            return origins
        }
    }
}

extension Accounts {
    /// Tells the connected apps of a person that a text of theirs failed, as an error from whom it was for (RFC 6121
    /// §8.1.1). Not stored: it names a number, and there is no yes to keep that.
    func answerUnsent(_ origin: UnsentTexts.Origin, of person: PersonID) {
        guard let account = known(person) else { return }
        var writer = XMLWriter(defaultNamespace: Namespace.client)
        TextRefusal.staleTerms.stanzaError.write(into: &writer)
        let message = StoredMessage(
            from: String(origin.to.prefix { $0 != "/" }), to: account.address.description, type: "error", id: origin.id,
            language: "", content: writer.finish())
        let bytes = message.bytes(archiveID: nil, owner: account.address)
        for session in account.withState({ Array($0.sessions.values) }) { session.post { $0.pass(bytes) } }
    }
}

extension Services {
    /// A text was being sent when the yes to *sms* went stale; its sender is told.
    func tellUnsent(_ message: ArchiveID, of person: PersonID) async {
        if let origin = unsent.take(message) { accounts.answerUnsent(origin, of: person) }
        guard let account = await accounts.load(person) else { return }
        await say(
            "A text of yours didn't go out by SMS, or not in all its parts. \(TextRefusal.staleTerms)", to: account)
    }
}
