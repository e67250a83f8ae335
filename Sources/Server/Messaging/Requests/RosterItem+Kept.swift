// SPDX-License-Identifier: Apache-2.0

import Store
import XMPP

/// Roster records as the store keeps them: by bare address; then lines (flags, subscription, name, how many groups,
/// the groups), and after them the content of a subscription request that waits for its answer.
extension RosterItem {
    var kept: Kept {
        let flags = (isListed ? "l" : "-") + (subscription.isApproved ? "a" : "-") + (request == nil ? "-" : "r")
        let fields = [flags, subscription.state.rawValue, name.map { "=" + $0 } ?? "", String(groups.count)] + groups
        let lines = fields.map { $0.replacingLineFeeds + "\n" }.joined()
        return Kept(name: Array(jid.description.utf8), value: Array(lines.utf8) + (request?.bytes ?? []))
    }

    /// Nil for what this server didn't write.
    init?(_ kept: Kept) {
        var rest = kept.value[...]
        func line() -> String? {
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
            defer { rest = rest[(end + 1)...] }
            return String(decoding: rest[..<end], as: UTF8.self)
        }
        guard let jid = JID(String(decoding: kept.name, as: UTF8.self)), let flags = line(),
            let state = line().flatMap(SubscriptionState.init(rawValue:)), let name = line(),
            let count = line().flatMap({ Int($0) }), (0...1_000).contains(count)
        else { return nil }
        let groups = (0..<count).compactMap { _ in line() }
        guard groups.count == count else { return nil }
        self.init(
            jid: jid, name: name.isEmpty ? nil : String(name.dropFirst()), groups: groups,
            subscription: Subscription(state, isApproved: flags.contains("a")), isListed: flags.contains("l"),
            request: flags.contains("r") ? PresenceContent(stored: Array(rest)) : nil)
    }
}

extension String {
    /// A name or group may contain any character; a line feed in one is shown as a space anyway.
    fileprivate var replacingLineFeeds: String {
        // As bytes: a carriage return and a line feed are one character.
        guard utf8.contains(UInt8(ascii: "\n")) else { return self }
        return String(decoding: utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    }
}

extension Snapshot {
    /// Every record of the roster, unlisted ones too.
    func rosterItems(of account: Account) throws(StoreError) -> [RosterItem] {
        try kept(.rosterItem, owner: account.person).compactMap { RosterItem($0) }
    }

    func rosterItem(_ contact: JID, of account: Account) throws(StoreError) -> RosterItem? {
        let name = Array(contact.bare.description.utf8)
        let value = try kept(.rosterItem, name: name, owner: account.person)
        return value.flatMap { RosterItem(Kept(name: name, value: $0)) }
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
