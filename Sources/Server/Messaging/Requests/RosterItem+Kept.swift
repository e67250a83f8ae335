// SPDX-License-Identifier: Apache-2.0

import Store
import XMPP

/// Beside the store's own noun of that name.
typealias RosterItem = XMPP.RosterItem

/// Roster records as the store keeps them: by bare address, the rest a byte string of lines without line feeds.
extension RosterItem {
    var kept: Kept {
        let flags = (isListed ? "l" : "-") + (subscription.isApproved ? "a" : "-")
        let fields = [flags, subscription.state.rawValue, name.map { "=" + $0 } ?? ""] + groups
        return Kept(
            name: Array(jid.description.utf8),
            value: Array(fields.map { $0.replacingLineFeeds }.joined(separator: "\n").utf8))
    }

    /// Nil for what this server didn't write.
    init?(_ kept: Kept) {
        let fields = String(decoding: kept.value, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard fields.count >= 3, let jid = JID(String(decoding: kept.name, as: UTF8.self)),
            let state = SubscriptionState(rawValue: fields[1])
        else { return nil }
        self.init(
            jid: jid, name: fields[2].isEmpty ? nil : String(fields[2].dropFirst()), groups: Array(fields[3...]),
            subscription: Subscription(state, isApproved: fields[0].hasSuffix("a")),
            isListed: fields[0].hasPrefix("l"))
    }
}

extension String {
    /// A name or group may contain any character; a line feed in one is shown as a space anyway.
    fileprivate var replacingLineFeeds: String {
        contains("\n") ? String(map { $0 == "\n" ? " " : $0 }) : self
    }
}

extension Snapshot {
    /// Every record of the roster, unlisted ones too.
    func rosterItems(of account: Account) throws(StoreError) -> [RosterItem] {
        try kept(.rosterItem, owner: account.person).compactMap { RosterItem($0) }
    }

    func rosterItem(_ contact: JID, of account: Account) throws(StoreError) -> RosterItem? {
        let name = Array(contact.bare.description.utf8)
        return try kept(.rosterItem, name: name, owner: account.person).flatMap { RosterItem(Kept(name: name, value: $0)) }
    }
}

extension Transaction {
    /// Writes what an event left of a record.
    func apply(_ change: RosterChange, contact: JID, of account: Account) throws(StoreError) {
        if let item = change.item {
            try keep(.rosterItem, item.kept, owner: account.person)
        } else {
            try drop(.rosterItem, name: Array(contact.bare.description.utf8), owner: account.person)
        }
    }
}
