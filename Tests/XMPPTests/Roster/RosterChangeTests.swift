import Testing

@testable import XMPP

@Suite struct RosterChangeTests {
    static func contact() throws -> JID { try address("juliet@example.com") }

    static func item(_ state: SubscriptionState, isListed: Bool = true, isApproved: Bool = false) throws -> RosterItem {
        RosterItem(
            jid: try contact(), subscription: Subscription(state, isApproved: isApproved), isListed: isListed)
    }

    @Test func `asking adds the contact and pushes it`() throws {
        let change = RosterChange.outbound(.subscribe, to: try address("juliet@example.com/balcony"), item: nil)
        let expected = try Self.item(.noneOut)
        #expect(change.item == expected)
        #expect(change.push == .changed(expected))
        #expect(change.actions == [.route])
    }

    @Test func `asking again pushes nothing new`() throws {
        let change = RosterChange.outbound(.subscribe, to: try Self.contact(), item: try Self.item(.noneOut))
        #expect(change.push == nil)
        #expect(change.actions == [.route])
    }

    @Test func `a stranger's request is kept out of sight until it is answered`() throws {
        let asked = RosterChange.inbound(.subscribe, from: try Self.contact(), item: nil, count: 0)
        var kept = try Self.item(.noneIn, isListed: false)
        kept.request = .empty
        #expect(asked.item == kept)
        #expect(asked.push == nil)
        #expect(asked.actions == [.deliver])

        let approved = RosterChange.outbound(.subscribed, to: try Self.contact(), item: asked.item)
        #expect(approved.item == (try Self.item(.from)))
        #expect(approved.push == .changed(try Self.item(.from)))
        #expect(approved.actions == [.route, .sendPresence])

        let refused = RosterChange.outbound(.unsubscribed, to: try Self.contact(), item: asked.item)
        #expect(refused.item == nil)
        #expect(refused.push == nil)
        #expect(refused.actions == [.route])

        let takenBack = RosterChange.inbound(.unsubscribe, from: try Self.contact(), item: asked.item, count: 1)
        #expect(takenBack.item == nil)
        #expect(takenBack.push == nil)
    }

    @Test func `what was said with the first request is kept until it is answered`() throws {
        let said = PresenceContent(stored: Array("<status>Remember me?</status>".utf8))
        let more = PresenceContent(stored: Array("<status>Hello?</status>".utf8))
        let juliet = try Self.contact()
        let asked = RosterChange.inbound(.subscribe, from: juliet, content: said, item: nil, count: 0)
        #expect(asked.item?.request == said)
        let again = RosterChange.inbound(.subscribe, from: juliet, content: more, item: asked.item, count: 1)
        #expect(again.item?.request == said)
        let renamed = try RosterChange.setting(juliet, name: "J", groups: [], item: again.item, count: 1)
        #expect(renamed.item?.request == said)
        let answered = RosterChange.outbound(.subscribed, to: juliet, item: renamed.item)
        #expect(answered.item?.subscription.state == .from)
        #expect(answered.item?.request == nil)
    }

    @Test func `adding a contact who has asked shows it without an answer`() throws {
        let change = try RosterChange.setting(
            try Self.contact(), name: "J", groups: [], item: try Self.item(.noneIn, isListed: false), count: 1)
        #expect(change.item?.subscription.state == .noneIn)
        #expect(change.item?.isListed == true)
        #expect(change.push == change.item.map { .changed($0) })
    }

    @Test func `approval beforehand makes an item, and takes it back`() throws {
        let approved = RosterChange.outbound(.subscribed, to: try Self.contact(), item: nil)
        #expect(approved.item == (try Self.item(.none, isApproved: true)))
        #expect(approved.push != nil)
        #expect(approved.actions.isEmpty)

        let used = RosterChange.inbound(.subscribe, from: try Self.contact(), item: approved.item, count: 1)
        #expect(used.item == (try Self.item(.from)))
        #expect(used.actions == [.send(.subscribed), .sendPresence])

        let takenBack = RosterChange.outbound(.unsubscribed, to: try Self.contact(), item: approved.item)
        #expect(takenBack.item == (try Self.item(.none)))
        #expect(takenBack.push == .changed(try Self.item(.none)))
    }

    @Test func `a full roster takes no new contacts and no strangers' requests`() throws {
        var limits = RosterLimits()
        limits.items = 2
        #expect(
            refusal {
                _ = try RosterChange.setting(
                    try Self.contact(), name: nil, groups: [], item: nil, count: 2, limits: limits)
            } == .resourceConstraint)
        let changed = try RosterChange.setting(
            try Self.contact(), name: "J", groups: [], item: try Self.item(.both), count: 2, limits: limits)
        #expect(changed.item?.name == "J")
        let asked = RosterChange.inbound(.subscribe, from: try Self.contact(), item: nil, count: 2, limits: limits)
        #expect(asked.item == nil)
        #expect(asked.actions.isEmpty)
    }

    @Test func `the same set again pushes nothing`() throws {
        let item = try Self.item(.both)
        #expect(try RosterChange.setting(item.jid, name: nil, groups: [], item: item, count: 1).push == nil)
    }

    struct Removal: Sendable {
        let state: SubscriptionState
        let actions: [SubscriptionAction]
    }

    static let removals = [
        Removal(state: .none, actions: []),
        Removal(state: .noneOut, actions: [.send(.unsubscribe)]),
        Removal(state: .noneIn, actions: [.send(.unsubscribed)]),
        Removal(state: .noneOutIn, actions: [.send(.unsubscribe), .send(.unsubscribed)]),
        Removal(state: .to, actions: [.send(.unsubscribe)]),
        Removal(state: .toIn, actions: [.send(.unsubscribe), .send(.unsubscribed)]),
        Removal(state: .from, actions: [.sendUnavailable, .send(.unsubscribed)]),
        Removal(state: .fromOut, actions: [.send(.unsubscribe), .sendUnavailable, .send(.unsubscribed)]),
        Removal(state: .both, actions: [.send(.unsubscribe), .sendUnavailable, .send(.unsubscribed)])
    ]

    @Test(arguments: removals) func `removing ends all that there was`(_ row: Removal) throws {
        let change = try RosterChange.removing(try Self.item(row.state))
        #expect(change.item == nil)
        #expect(change.push == .removed(try Self.contact()))
        #expect(change.actions == row.actions)
    }

    @Test func `who isn't listed can't be removed`() throws {
        #expect(refusal { _ = try RosterChange.removing(nil) } == .itemNotFound)
        let stranger = try Self.item(.noneIn, isListed: false)
        #expect(refusal { _ = try RosterChange.removing(stranger) } == .itemNotFound)
    }
}
