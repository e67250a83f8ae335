import Consent
import Numbers
import SMPP
import Store
import Synchronization
import Testing

@testable import Server

@Suite("Texts that come by SMS")
struct IncomingTests {
    /// A world in which Alice and Bob are in a conversation.
    private func withConversation(
        wall: WallClock = .system, settings: (inout Texting.Settings) -> Void = { _ in },
        route: (inout Route) -> Void = { _ in }, _ body: (TextingWorld, PersonID) async throws -> Void
    ) async throws {
        try await withTextingWorld(try await TextingWorld(wall: wall, settings: settings, route: route)) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            try await world.queue("hello", by: alice)
            _ = try await world.untilChanged(to: .delivered)
            try await body(world, alice)
        }
    }

    private func part(_ text: String, _ number: Int, of segments: Int) throws -> DeliverSM {
        let cut = try Segmenter().segments(of: text, reference: 9).segments
        try #require(cut.count == segments)
        return DeliverSM(
            cut[number - 1], from: .international(TextingWorld.bob.digits), to: .international(TextingWorld.sender),
            registeredDelivery: .none)
    }

    private static let long = String(repeating: "eine lange Antwort 🦜 ", count: 10)

    @Test("an answer reaches the person whose conversation it is, long and with emoji too", arguments: ["ja", long])
    func answer(_ text: String) async throws {
        try await withConversation { world, alice in
            world.smsc.send(.type(text, from: TextingWorld.bob.digits, to: TextingWorld.sender))
            try await eventually("received") { world.events.texts.all.count == 1 }
            let received = try #require(world.events.texts.all.first)
            #expect(received.owner == alice)
            #expect(received.number == TextingWorld.bob)
            #expect(received.recipient == TextingWorld.sender)
            #expect(received.text == text)
            #expect(received.keyword == nil)
            try await eventually("taken") {
                world.happened.all.contains { if case .taken = $0 { true } else { false } }
            }
        }
    }

    @Test("each of two people who text one number gets their own answers")
    func separate() async throws {
        try await withConversation(route: { $0.senders.append(TextingWorld.secondSender) }) { world, alice in
            let bert = try await world.join("bert")
            try await world.queue("bert here", by: bert, message: 2)
            _ = try await world.untilChanged(to: .delivered, of: 2)
            let second = try #require(world.submits.last?.message.source.value)
            world.smsc.send(.type("to bert", from: TextingWorld.bob.digits, to: second))
            world.smsc.send(.type("to alice", from: TextingWorld.bob.digits, to: TextingWorld.sender))
            try await eventually("received") { world.events.texts.all.count == 2 }
            #expect(world.events.texts.all.first { $0.owner == bert }?.text == "to bert")
            #expect(world.events.texts.all.first { $0.owner == alice }?.text == "to alice")
        }
    }

    @Test("a text that can't be stored isn't acknowledged, and comes again")
    func refusedByStore() async throws {
        try await withConversation { world, _ in
            world.events.refusals.withLock { $0 = 1 }
            let start = ContinuousClock.now
            world.smsc.send(.type("once", from: TextingWorld.bob.digits, to: TextingWorld.sender))
            try await eventually("taken") {
                world.happened.all.contains { if case .taken = $0 { true } else { false } }
            }
            // The carrier tries again after a second: the first answer was a refusal.
            #expect(ContinuousClock.now - start >= .seconds(1))
            #expect(world.events.texts.all.count == 1)
        }
    }

    @Test("the same words twice are two texts; a repetition after a broken connection is one")
    func repetitions() async throws {
        try await withConversation { world, _ in
            let text = try part("ok", 1, of: 1)
            world.smsc.send(.inject(text))
            world.smsc.send(.inject(text))
            try await eventually("both") { world.events.texts.all.count == 2 }
            world.smsc.send(.cut)
            try await eventually("bound again") { world.bindings == 2 }
            world.smsc.send(.inject(text))
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.events.texts.all.count == 2)
        }
    }

    @Test("a repetition is known however long the carrier was away, parts of a text too", arguments: ["ok", long])
    func repetitionAfterOutage(_ text: String) async throws {
        let clock = MovedClock()
        let away = Backoff(first: 5_000, longest: 5_000)
        try await withConversation(wall: clock.wall, route: { $0.reconnect = away }) { world, _ in
            let parts = text == "ok" ? [try part(text, 1, of: 1)] : try (1...4).map { try part(text, $0, of: 4) }
            for part in parts { world.smsc.send(.inject(part)) }
            try await eventually("received") { world.events.texts.all.count == 1 }
            // Answered, or the carrier would send it again by itself.
            try await Task.sleep(for: .milliseconds(500))
            let inbox = world.texting.inboxes["pocket"]
            world.smsc.send(.cut)
            try await eventually("cut") { inbox?.isBound == false }
            // Long enough for the route to note when.
            try await Task.sleep(for: .milliseconds(1_500))
            clock.move(milliseconds: 300_000)
            try await eventually("bound again") { world.bindings == 2 }
            for part in parts { world.smsc.send(.inject(part)) }
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.events.texts.all.count == 1)
        }
    }

    @Test("after an end in good order the same words are a new text")
    func orderlyEnd() async throws {
        try await withConversation { world, _ in
            let text = try part("ok", 1, of: 1)
            world.smsc.send(.inject(text))
            try await eventually("received") { world.events.texts.all.count == 1 }
            world.smsc.send(.unbind)
            try await eventually("bound again") { world.bindings == 2 }
            world.smsc.send(.inject(text))
            try await eventually("received again") { world.events.texts.all.count == 2 }
        }
    }

    @Test(
        "a long text under a reference used again is a new one, whatever it shares with the last",
        arguments: [true, false])
    func usedReference(isSame: Bool) async throws {
        let other = Self.long.prefix(150) + String(repeating: "anders ", count: 9)
        try await withConversation { world, _ in
            for number in 1...4 { world.smsc.send(.inject(try part(Self.long, number, of: 4))) }
            try await eventually("received") { world.events.texts.all.count == 1 }
            let next = isSame ? Self.long : String(other)
            for number in 1...4 { world.smsc.send(.inject(try part(next, number, of: 4))) }
            try await eventually("received again") { world.events.texts.all.count == 2 }
            #expect(world.events.texts.all.map(\.text) == [Self.long, next])
        }
    }

    @Test("a text is known again after a restart")
    func repetitionAfterRestart() async throws {
        try await withConversation { world, _ in
            let text = try part("ok", 1, of: 1)
            world.smsc.send(.inject(text))
            try await eventually("received") { world.events.texts.all.count == 1 }
            try await world.stop()
            try await withTextingWorld(try await TextingWorld(folder: try world.folderAfterCrash())) { later in
                try await later.startBound()
                later.smsc.send(.inject(text))
                later.smsc.send(.inject(try part("another", 1, of: 1)))
                try await eventually("received") { !later.events.texts.all.isEmpty }
                #expect(later.events.texts.all.map(\.text) == ["another"])
            }
        }
    }

    @Test("parts are kept over a restart, in any order, each once; nothing of them stays after the whole")
    func parts() async throws {
        try await withConversation { world, alice in
            world.smsc.send(.inject(try part(Self.long, 3, of: 4)))
            world.smsc.send(.inject(try part(Self.long, 1, of: 4)))
            world.smsc.send(.inject(try part(Self.long, 1, of: 4)))
            let store = world.store
            try await eventually("kept") {
                try await store.writer.perform { (transaction) throws(StoreError) in
                    try transaction.parts(route: "pocket").count
                } == 2
            }
            try await world.stop()
            let clock = MovedClock()
            let copy = try world.folderAfterCrash()
            try await withTextingWorld(try await TextingWorld(folder: copy, wall: clock.wall)) { later in
                try await later.startBound()
                later.smsc.send(.inject(try part(Self.long, 3, of: 4)))
                later.smsc.send(.inject(try part(Self.long, 2, of: 4)))
                later.smsc.send(.inject(try part(Self.long, 4, of: 4)))
                try await eventually("received") { !later.events.texts.all.isEmpty }
                #expect(later.events.texts.all.map(\.text) == [Self.long])
                #expect(later.events.texts.all.first?.owner == alice)
                // One that comes again afterwards may begin another text, so it waits; nobody is given it by itself.
                later.smsc.send(.inject(try part(Self.long, 4, of: 4)))
                let left = { @Sendable in
                    try await later.store.writer.perform { (transaction) throws(StoreError) in
                        try transaction.parts(route: "pocket").count
                    }
                }
                try await eventually("it waits") { try await left() == 1 }
                clock.move(milliseconds: 25 * 3_600_000)
                later.texting.inboxes["pocket"]?.wake()
                try await eventually("nothing stays") { try await left() == 0 }
                #expect(later.events.texts.all.count == 1)
            }
        }
    }

    @Test("a whole text whose storing fails is kept in its parts and tried again at the next start")
    func wholeRefused() async throws {
        try await withConversation { world, _ in
            world.events.refusals.withLock { $0 = 1 }
            world.smsc.send(.type(Self.long, from: TextingWorld.bob.digits, to: TextingWorld.sender))
            try await eventually("taken") {
                world.happened.all.contains { if case .taken = $0 { true } else { false } }
            }
            #expect(world.events.texts.all.isEmpty)
            try await world.stop()
            try await withTextingWorld(try await TextingWorld(folder: try world.folderAfterCrash())) { later in
                later.start()
                try await eventually("received") { !later.events.texts.all.isEmpty }
                #expect(later.events.texts.all.map(\.text) == [Self.long])
            }
        }
    }

    @Test("of a part is kept what joins it with the others, not what the carrier tells besides")
    func vendorsParameters() async throws {
        try await withConversation { world, _ in
            var first = try part(Self.long, 1, of: 4)
            first.optional.all.append(TLV(TLV.Tag(rawValue: 0x1403), Array("262011234567890".utf8)))
            first.optional.all.append(TLV(TLV.Tag(rawValue: 0x1501), Array("imei=356938035643809".utf8)))
            world.smsc.send(.inject(first))
            let store = world.store
            try await eventually("kept") {
                try await store.writer.perform { (transaction) throws(StoreError) in
                    try transaction.parts(route: "pocket").count
                } == 1
            }
            let kept = try await store.writer.perform { (transaction) throws(StoreError) in
                try transaction.parts(route: "pocket")
            }
            let bytes = try #require(kept.first).content.release(by: ClientStanza.self)
            #expect(!bytes.isEmpty && !String(decoding: bytes, as: UTF8.self).contains("262011234567890"))
            #expect(!String(decoding: bytes, as: UTF8.self).contains("356938035643809"))
        }
    }

    @Test("kept parts are erased with sms")
    func partsErased() async throws {
        try await withConversation { world, alice in
            world.smsc.send(.inject(try part(Self.long, 1, of: 4)))
            let store = world.store
            try await eventually("kept") {
                try await store.writer.perform { (transaction) throws(StoreError) in
                    try transaction.parts(route: "pocket").count
                } == 1
            }
            let withdrawal = try await store.writer.withdraw(.sms, by: alice)
            #expect(try store.rowCount(under: withdrawal.key, owner: alice) == 0)
            for number in 2...4 { world.smsc.send(.inject(try part(Self.long, number, of: 4))) }
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.events.texts.all.isEmpty)
        }
    }

    @Test("a text without a conversation reaches nobody and is answered once, or never")
    func unbound() async throws {
        try await withConversation { world, _ in
            for text in ["who is there?", "hello?"] {
                world.smsc.send(.type(text, from: TextingWorld.eve.digits, to: TextingWorld.sender))
            }
            world.smsc.send(.type("hello?", from: TextingWorld.far.digits, to: TextingWorld.sender))
            try await eventually("answered") { world.shown.contains { $0.contains("reached nobody") } }
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.shown.count { $0.contains("reached nobody") } == 1)
            #expect(world.events.texts.all.isEmpty)
        }
        try await withConversation(settings: { $0.unbound = .drop }) { world, _ in
            world.smsc.send(.type("who?", from: TextingWorld.eve.digits, to: TextingWorld.sender))
            try await eventually("taken") {
                world.happened.all.contains { if case .taken = $0 { true } else { false } }
            }
            try await Task.sleep(for: .milliseconds(200))
            #expect(world.shown == ["hello"])
        }
    }

    @Test("texts from names and short codes, and to numbers that aren't ours, reach nobody")
    func strange() async throws {
        try await withConversation { world, _ in
            var text = try part("buy", 1, of: 1)
            text.source = .alphanumeric("Shop")
            world.smsc.send(.inject(text))
            text.source = SMEAddress("12345", typeOfNumber: .networkSpecific, numberingPlan: .unknown)
            world.smsc.send(.inject(text))
            text = try part("lost", 1, of: 1)
            text.destination = .international(TextingWorld.secondSender)
            world.smsc.send(.inject(text))
            world.smsc.send(.inject(try part("real", 1, of: 1)))
            try await eventually("received") { !world.events.texts.all.isEmpty }
            #expect(world.events.texts.all.map(\.text) == ["real"])
            #expect(world.shown == ["hello"])
        }
    }

    @Test("STOP holds for everybody on the route, over restarts, until START; each is confirmed once")
    func stop() async throws {
        try await withConversation(route: { $0.senders.append(TextingWorld.secondSender) }) { world, alice in
            for word in [" Stop ", "STOP"] {
                world.smsc.send(.type(word, from: TextingWorld.bob.digits, to: TextingWorld.sender))
            }
            try await eventually("told") { world.events.texts.all.count == 2 }
            #expect(world.events.texts.all.map(\.keyword) == [.stop, .stop])
            try await eventually("confirmed") { world.shown.count { $0.contains("no more texts") } == 1 }
            let bert = try await world.join("bert")
            try await world.queue("please", by: alice, message: 2)
            try await world.queue("hi", by: bert, message: 3)
            #expect(try await world.untilChanged(to: .failed, of: 2).reason == .stopped)
            _ = try await world.untilChanged(to: .failed, of: 3)
            try await world.stop()
            #expect(world.shown.count == 2)
            try await withTextingWorld(try await TextingWorld(folder: try world.folderAfterCrash())) { later in
                try await later.startBound()
                try await later.queue("still?", by: alice, message: 4)
                _ = try await later.untilChanged(to: .failed, of: 4)
                for word in ["start", "START!"] {
                    later.smsc.send(.type(word, from: TextingWorld.bob.digits, to: TextingWorld.sender))
                }
                try await eventually("confirmed") { later.shown.count { $0.contains("can reach you again") } == 1 }
                try await later.queue("again", by: alice, message: 5)
                _ = try await later.untilChanged(to: .delivered, of: 5)
                #expect(later.shown.count == 2)
            }
        }
    }

    @Test("HELP is explained once and reaches the person too")
    func help() async throws {
        try await withConversation { world, _ in
            for _ in 1...2 { world.smsc.send(.type("Hilfe", from: TextingWorld.bob.digits, to: TextingWorld.sender)) }
            try await eventually("told") { world.events.texts.all.count == 2 }
            try await eventually("explained") { world.shown.contains { $0.contains("Text STOP to get no more") } }
            try await Task.sleep(for: .milliseconds(100))
            #expect(world.shown.count == 2)
        }
    }

    @Test("a repetition of STOP by the carrier is confirmed once")
    func stopOfStranger() async throws {
        try await withConversation { world, _ in
            world.smsc.send(.type("STOP", from: TextingWorld.eve.digits, to: TextingWorld.sender))
            try await eventually("confirmed") { world.shown.count { $0.contains("no more texts") } == 1 }
            world.smsc.send(.type("but why", from: TextingWorld.eve.digits, to: TextingWorld.sender))
            world.smsc.send(.type("STOP", from: TextingWorld.eve.digits, to: TextingWorld.sender))
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.shown.count == 2)
        }
    }
}
