import Testing

@testable import XMPP

@Suite struct ResourcesTests {
    static func content(_ children: String = "") throws -> PresenceContent {
        try PresenceContent(stanza("<presence>\(children)</presence>"))
    }

    static func roster(_ states: [String: SubscriptionState]) throws -> [RosterItem] {
        try states.sorted { $0.key < $1.key }.map {
            RosterItem(jid: try address($0.key), subscription: Subscription($0.value), isListed: $0.value != .noneIn)
        }
    }

    static let states: [String: SubscriptionState] = [
        "both@x.y": .both, "from@x.y": .from, "fromout@x.y": .fromOut, "none@x.y": .none, "nonein@x.y": .noneIn,
        "out@x.y": .noneOut, "outin@x.y": .noneOutIn, "to@x.y": .to, "toin@x.y": .toIn
    ]

    static func connected(_ names: String..., available: [String] = []) throws -> Resources {
        var resources = Resources()
        for name in names { resources.connect(name) }
        for name in available { _ = resources.broadcast(try content(), from: name, roster: []) }
        return resources
    }

    struct Priority: Sendable {
        let xml: String
        let value: Int8?
    }

    @Test(arguments: [
        Priority(xml: "", value: 0), Priority(xml: "<priority>5</priority>", value: 5),
        Priority(xml: "<priority>-128</priority>", value: -128), Priority(xml: "<priority>127</priority>", value: 127),
        Priority(xml: "<priority>\n 1 </priority>", value: 1), Priority(xml: "<priority>+1</priority>", value: 1),
        Priority(xml: "<priority xmlns='urn:x'>300</priority>", value: 0),
        Priority(xml: "<priority>128</priority>", value: nil), Priority(xml: "<priority>-129</priority>", value: nil),
        Priority(xml: "<priority/>", value: nil), Priority(xml: "<priority>1.0</priority>", value: nil),
        Priority(xml: "<priority>1</priority><priority>1</priority>", value: nil)
    ])
    func `reads a priority`(_ row: Priority) throws {
        let presence = try stanza("<presence>\(row.xml)</presence>")
        guard let value = row.value else {
            #expect(refusal { _ = try PresenceContent(presence) } == .badRequest)
            return
        }
        #expect(try PresenceContent(presence).priority == value)
    }

    @Test func `content goes out under any addresses`() throws {
        let content = try Self.content("<show>away</show><c xmlns='http://jabber.org/protocol/caps' ver='1'/>")
        #expect(
            text(content.stanza(from: try address("a@b.c/d"), to: try address("e@f.g")))
                == "<presence from='a@b.c/d' to='e@f.g'><show>away</show>"
                + "<c xmlns='http://jabber.org/protocol/caps' ver='1'/></presence>")
        #expect(
            text(try Self.content().stanza(type: .unavailable, from: try address("a@b.c/d"), to: try address("e@f.g")))
                == "<presence from='a@b.c/d' to='e@f.g' type='unavailable'/>")
        #expect(
            text(Presence.bytes(type: .subscribed, from: try address("a@b.c"), to: try address("e@f.g")))
                == "<presence from='a@b.c' to='e@f.g' type='subscribed'/>")
    }

    @Test func `what is too long isn't kept`() throws {
        let long = try stanza("<presence><status>\(String(repeating: "x", count: 16_400))</status></presence>")
        #expect(refusal { _ = try PresenceContent(long) } == .notAcceptable)
        #expect(PresenceContent(request: long) == .empty)
    }

    @Test func `initial presence is told, probes, and brings what waits`() throws {
        var resources = try Self.connected("desk", "phone", "tablet", available: ["desk"])
        let broadcast = resources.broadcast(try Self.content(), from: "phone", roster: try Self.roster(Self.states))
        #expect(broadcast.contacts.map(\.description) == ["both@x.y", "from@x.y", "fromout@x.y"])
        #expect(broadcast.resources == ["desk", "phone"])
        #expect(broadcast.directed.isEmpty)
        let initial = try #require(broadcast.initial)
        #expect(initial.probes.map(\.description) == ["both@x.y", "to@x.y", "toin@x.y"])
        #expect(initial.others == ["desk"])
        #expect(initial.requests.map(\.description) == ["nonein@x.y", "outin@x.y", "toin@x.y"])
    }

    @Test func `an update is told and asks for nothing`() throws {
        var resources = try Self.connected("desk", "phone", available: ["desk", "phone"])
        let broadcast = resources.broadcast(
            try Self.content("<show>dnd</show>"), from: "desk", roster: try Self.roster(Self.states))
        #expect(broadcast.contacts.count == 3)
        #expect(broadcast.resources == ["desk", "phone"])
        #expect(broadcast.initial == nil)
        #expect(resources["desk"]?.presence == (try Self.content("<show>dnd</show>")))
    }

    @Test func `blocked contacts neither hear nor are asked`() throws {
        var resources = try Self.connected("desk", "phone")
        let blocked = try address("both@x.y")
        let broadcast = resources.broadcast(
            try Self.content(), from: "desk", roster: try Self.roster(Self.states), isBlocked: { $0 == blocked })
        #expect(!broadcast.contacts.contains(blocked))
        #expect(broadcast.initial?.probes.contains(blocked) == false)
        let end = resources.withdraw("desk", roster: try Self.roster(Self.states), isBlocked: { $0 == blocked })
        #expect(!end.contacts.contains(blocked))
        #expect(end.contacts.count == 2)
    }

    @Test func `unavailability reaches whoever was told, once`() throws {
        var resources = try Self.connected("desk", "phone", available: ["desk", "phone"])
        let roster = try Self.roster(Self.states)
        try resources.direct(from: "desk", to: address("room@z/nick"), isAvailable: true, isSubscriber: false)
        try resources.direct(from: "desk", to: address("gone@z"), isAvailable: true, isSubscriber: false)
        try resources.direct(from: "desk", to: address("gone@z"), isAvailable: false, isSubscriber: false)
        try resources.direct(from: "desk", to: address("both@x.y/r"), isAvailable: true, isSubscriber: true)
        let end = resources.withdraw("desk", roster: roster)
        #expect(end.contacts.count == 3)
        #expect(end.directed.map(\.description) == ["room@z/nick"])
        #expect(end.resources == ["phone"])
        #expect(end.initial == nil)
        #expect(resources["desk"]?.isAvailable == false)
        #expect(resources.withdraw("desk", roster: roster) == PresenceBroadcast())
    }

    @Test func `directed presence before the broadcast ends with the broadcast's end`() throws {
        var resources = try Self.connected("desk")
        let roster = try Self.roster(["from@x.y": .from])
        try resources.direct(from: "desk", to: address("from@x.y"), isAvailable: true, isSubscriber: true)
        #expect(resources["desk"]?.directed.count == 1)
        _ = resources.broadcast(try Self.content(), from: "desk", roster: roster)
        #expect(resources["desk"]?.directed.isEmpty == true)
        #expect(resources.withdraw("desk", roster: roster).directed.isEmpty)
    }

    @Test func `a resource that only directed presence takes it back when it goes`() throws {
        var resources = try Self.connected("desk")
        try resources.direct(from: "desk", to: address("room@z/nick"), isAvailable: true, isSubscriber: false)
        let end = resources.disconnect("desk", roster: try Self.roster(Self.states))
        #expect(end.contacts.isEmpty)
        #expect(end.directed.map(\.description) == ["room@z/nick"])
        #expect(resources.isEmpty)
    }

    @Test func `directed presence is bounded`() throws {
        var resources = try Self.connected("desk")
        for index in 0..<Resources.maximumDirected {
            try resources.direct(from: "desk", to: address("\(index)@x.y"), isAvailable: true, isSubscriber: false)
        }
        #expect(
            refusal {
                try resources.direct(from: "desk", to: address("more@x.y"), isAvailable: true, isSubscriber: false)
            } == .resourceConstraint)
        try resources.direct(from: "desk", to: address("7@x.y"), isAvailable: true, isSubscriber: false)
    }

    @Test func `a resource of the same name starts anew`() throws {
        var resources = try Self.connected("desk", "phone", available: ["desk"])
        resources.update("desk") { $0.isInterested = true }
        #expect(resources.interested == ["desk"])
        resources.connect("desk")
        #expect(resources.all.map(\.name) == ["phone", "desk"])
        #expect(resources.interested.isEmpty)
        #expect(resources.available.isEmpty)
    }

    struct Probe: Sendable, CustomTestStringConvertible {
        var state: SubscriptionState? = .from
        var resource: String?
        var prober = "juliet@x.y"
        var isBlocked = false
        var available = ["desk", "phone"]
        let answer: ProbeAnswer
        var testDescription: String {
            "\(prober) \(state?.rawValue ?? "-") /\(resource ?? "") \(available) → \(answer)"
        }
    }

    static let probes = [
        Probe(answer: .available(["desk", "phone"])),
        Probe(state: .both, answer: .available(["desk", "phone"])),
        Probe(state: .fromOut, resource: "phone", answer: .available(["phone"])),
        Probe(resource: "gone", answer: .unavailable),
        Probe(available: [], answer: .unavailable),
        Probe(state: .to, answer: .unsubscribed),
        Probe(state: .noneIn, answer: .unsubscribed),
        Probe(state: nil, answer: .unsubscribed),
        Probe(state: nil, available: [], answer: .unsubscribed),
        Probe(isBlocked: true, answer: .nothing),
        Probe(state: nil, prober: "told@x.y/r", answer: .available(["desk"])),
        Probe(state: nil, resource: "phone", prober: "told@x.y/r", answer: .unsubscribed),
        Probe(state: nil, prober: "told@x.y/other", answer: .unsubscribed)
    ]

    @Test(arguments: probes) func `answers a probe`(_ row: Probe) throws {
        var resources = Resources()
        for name in ["desk", "phone", "quiet"] { resources.connect(name) }
        for name in row.available { _ = resources.broadcast(try Self.content(), from: name, roster: []) }
        if row.available.contains("desk") {
            try resources.direct(from: "desk", to: address("told@x.y/r"), isAvailable: true, isSubscriber: false)
        }
        let prober = try address(row.prober)
        let item = row.state.map { RosterItem(jid: prober.bare, subscription: Subscription($0)) }
        #expect(
            resources.probed(resource: row.resource, by: prober, item: item, isBlocked: row.isBlocked) == row.answer)
    }

    @Test func `nobody answers like somebody who isn't shared with`() throws {
        let resources = try Self.connected("desk", available: ["desk"])
        let answer = resources.probed(resource: nil, by: try address("a@b.c"), item: nil, isBlocked: false)
        #expect(answer == Resources.probeOfNobody)
    }
}
