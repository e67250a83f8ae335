// SPDX-License-Identifier: Apache-2.0

import Store
import Testing
import XMPP

@testable import Server

/// Beside the store's own noun of that name.
typealias RosterItem = XMPP.RosterItem

@Suite struct RosterItemKeptTests {
    private static let contact = try? JID(local: "ben", domain: "example.org")

    private static func item(
        name: String? = nil, groups: [String] = [], _ state: SubscriptionState = .none, isApproved: Bool = false,
        isListed: Bool = true, request: String? = nil
    ) -> RosterItem? {
        contact.map {
            RosterItem(
                jid: $0, name: name, groups: groups, subscription: Subscription(state, isApproved: isApproved),
                isListed: isListed, request: request.map { PresenceContent(stored: Array($0.utf8)) })
        }
    }

    static let rows = [
        item(),
        item(name: "Ben"),
        item(name: ""),
        item(name: "=Ben=\t\u{1F426}\u{0} l a r"),
        item(groups: ["", " ", "Friends", "0", "=", "a,b;c", "Ünïcode\u{2028}line", "\t"]),
        item(groups: (0..<100).map { "group \($0)" }),
        item(name: "Ben", groups: ["Friends"], .both, isApproved: true),
        item(.noneIn, isListed: false, request: ""),
        item(.noneIn, request: "<status>one\ntwo\r\nthree\n</status>"),
        item(name: "Ben", groups: ["Friends"], .toIn, request: "\n\n<x xmlns='urn:x'/>\n")
    ].compactMap(\.self)

    @Test func `all rows are there`() { #expect(Self.rows.count == 10) }

    @Test(arguments: rows) func `what was kept is read back`(item: RosterItem) throws {
        #expect(RosterItem(item.kept) == item)
    }

    @Test(arguments: SubscriptionState.allCases, [false, true])
    func `every state of a subscription is read back`(state: SubscriptionState, isApproved: Bool) throws {
        let item = try #require(Self.item(state, isApproved: isApproved))
        #expect(RosterItem(item.kept) == item)
    }

    /// A line of the record is a line: no name or group can make another.
    @Test(arguments: [
        ("a\nb", "a b"), ("a\r\nb", "a\r b"), ("\n", " "), ("\r\n", "\r "), ("a\n\u{301}b", "a \u{301}b"),
        ("x\r\n0\r\n", "x\r 0\r ")
    ])
    func `line feeds become spaces`(written: String, shown: String) throws {
        let named = try #require(Self.item(name: written, groups: ["Friends"], .both))
        #expect(RosterItem(named.kept) == Self.item(name: shown, groups: ["Friends"], .both))
        let grouped = try #require(Self.item(name: "Ben", groups: [written], .both))
        #expect(RosterItem(grouped.kept) == Self.item(name: "Ben", groups: [shown], .both))
    }

    @Test(arguments: [
        ("ben@example.org", ""), ("ben@example.org", "l--\nboth\n\n"), ("ben@example.org", "l--\nboth\n\n0"),
        ("ben@example.org", "l--\nsideways\n\n0\n"), ("ben@example.org", "l--\nboth\n\nmany\n"),
        ("ben@example.org", "l--\nboth\n\n-1\n"), ("ben@example.org", "l--\nboth\n\n2\nFriends\n"),
        ("ben@example.org", "l--\nboth\n\n1001\n" + String(repeating: "\n", count: 1001)),
        ("ben@example.org", "l--\nboth\n\n9223372036854775808\n"), ("", "l--\nboth\n\n0\n"), ("@", "l--\nboth\n\n0\n")
    ])
    func `what this server didn't write is refused`(name: String, value: String) {
        #expect(RosterItem(Kept(name: Array(name.utf8), value: Array(value.utf8))) == nil)
    }

    @Test func `a record cut short is refused or lacks only its request`() throws {
        let item = try #require(Self.item(name: "Ben", groups: ["Friends", "Work"], .toIn, request: "<status/>"))
        let kept = item.kept
        for length in 0..<kept.value.count {
            guard let read = RosterItem(Kept(name: kept.name, value: Array(kept.value[..<length]))) else { continue }
            #expect(read != item)
            #expect(read.groups == item.groups && read.name == item.name && read.subscription == item.subscription)
        }
    }
}

@Suite struct RosterVersionTests {
    private func item(
        _ address: String, name: String? = nil, groups: [String] = [], _ state: SubscriptionState = .none,
        isListed: Bool = true
    ) throws -> RosterItem {
        RosterItem(
            jid: try jid(address), name: name, groups: groups, subscription: Subscription(state), isListed: isListed)
    }

    @Test func `equal rosters have equal versions, in whatever order they come`() throws {
        let items = [
            try item("ben@example.org", name: "Ben", groups: ["b", "a"]), try item("carla@example.org"),
            try item("dora@example.org", .both)
        ]
        let again = [
            try item("dora@example.org", .both), try item("ben@example.org", name: "Ben", groups: ["a", "b"]),
            try item("carla@example.org")
        ]
        #expect(items.rosterVersion == again.rosterVersion)
        #expect(!items.rosterVersion.isEmpty)
    }

    @Test func `records that no client sees don't change the version`() throws {
        let listed = [try item("ben@example.org")]
        let both = listed + [try item("carla@example.org", .noneIn, isListed: false)]
        #expect(listed.rosterVersion == both.rosterVersion)
    }

    @Test func `every visible difference changes the version`() throws {
        let rosters = [
            [], [try item("ben@example.org")], [try item("carla@example.org")],
            [try item("ben@example.org"), try item("carla@example.org")], [try item("ben@example.org", name: "Ben")],
            [try item("ben@example.org", name: "")], [try item("ben@example.org", groups: ["Ben"])],
            [try item("ben@example.org", groups: ["B", "en"])], [try item("ben@example.org", .to)],
            [try item("ben@example.org", .noneOut)], [try item("ben@example.org", .both)]
        ]
        #expect(Set(rosters.map(\.rosterVersion)).count == rosters.count)
    }
}
