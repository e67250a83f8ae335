// SPDX-License-Identifier: Apache-2.0

import Consent
import Store
import XMPP

/// Which address of a person somebody sees: their number alias, or their address.
///
/// Somebody who texts a number goes on talking to that number, whoever turns out to be behind it. So replies leave from
/// the address that the other side last wrote to; who writes first shows their own alias if it stands, else the address.
extension Services {
    /// The bare address of `account` that `other` sees, if that can be told without reading. Never blocks.
    func knownFace(of account: Account, towards other: Account) -> JID? {
        guard account.isTextedByNumber(store.vault) else { return account.address }
        guard let known = account.face(towards: other.person), standsOrIsAddress(known, of: account) else { return nil }
        return known
    }

    /// The bare address of `account` that `other` sees. Off the event loops.
    func face(of account: Account, towards other: Account) async -> JID {
        if let known = knownFace(of: account, towards: other) { return known }
        let stored: Disclosure<ClientStanza>?
        do throws(StoreError) {
            stored = try await store.read { snapshot throws(StoreError) in
                try snapshot.face(of: account.person, towards: Array(other.name.utf8))
            }
        } catch {
            // What can't be told must not be guessed: the number is for those who have seen it.
            return account.address
        }
        let shown = stored.flatMap { JID(face: $0) }
        if let shown, standsOrIsAddress(shown, of: account) {
            return account.remember(shown, towards: other.person, unlessKnown: true)
        }
        return account.remember(ownAlias(of: account) ?? account.address, towards: other.person, unlessKnown: true)
    }

    /// Somebody wrote to this address of `account`: from now on that is what they see of it.
    func wrote(_ other: Account, to shown: JID, of account: Account) {
        guard account.isTextedByNumber(store.vault),
            account.face(towards: other.person) != shown
        else { return }
        account.remember(shown, towards: other.person)
        let (person, name, face) = (account.person, Array(other.name.utf8), Array(shown.description.utf8))
        store.writer.perform { transaction throws(StoreError) in
            try transaction.setFace(face, towards: name, owner: person)
        } then: { _ in
            // Withdrawn meanwhile: there is nothing left to remember it by.
        }
    }

    /// Whether an alias is this person's now.
    func stands(_ alias: JID, of person: PersonID) -> Bool {
        guard let digits = alias.numberAlias?.dropFirst(),
            store.vault.person(at: store.vault.index(Array(digits.utf8))) == person,
            case .success = store.vault.allows(.numberTexting, for: person)
        else { return false }
        return true
    }

    private func standsOrIsAddress(_ face: JID, of account: Account) -> Bool {
        face == account.address || stands(face, of: account.person)
    }

    /// The person's own alias, opened by their permit; nil without one.
    private func ownAlias(of account: Account) -> JID? {
        guard let sealed = (try? store.keys.number(of: account.person)) ?? nil else { return nil }
        let number = try? store.vault.withPermit(NumberTexting.self, for: account.person) { (permit) throws(Denied) in
            try permit.open(sealed, at: OwnNumber.place(of: account.person))
        }
        return number.flatMap { JID(alias: $0, domain: domain.domain) }
    }
}
