import Consent
import Numbers
import SMPP
import Store
import Testing

@testable import Server

@Suite("Texts on their way out")
struct OutgoingTests {
    @Test("a text goes out, is acknowledged, and its receipt comes back")
    func there() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            let id = try await world.queue("Hallo Bob", by: alice, message: 7)
            let delivered = try await world.untilChanged(to: .delivered, of: 7)
            #expect(delivered.owner == alice)
            #expect(delivered.number.isEqual(to: TextingWorld.bob.digits.utf8))
            #expect(delivered.reason == nil)
            #expect(world.shown == ["Hallo Bob"])
            #expect(world.changed(to: .submitted, of: 7) != nil)
            #expect(try await world.state(of: id) == .delivered)
            let submit = try #require(world.submits.first?.message)
            #expect(submit.source == .international(TextingWorld.sender))
            #expect(submit.destination == .international(TextingWorld.bob.digits))
        }
    }

    @Test(
        "long texts, emoji and right-to-left text arrive as written, every segment asks for a receipt",
        arguments: [
            String(repeating: "Ein langer Text mit € und {Klammern}. ", count: 12),
            String(repeating: "👩‍👩‍👧‍👦🦜 ", count: 40), String(repeating: "مرحبا بالعالم ", count: 20)
        ])
    func long(_ text: String) async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            try await world.queue(text, by: alice)
            _ = try await world.untilChanged(to: .delivered)
            #expect(world.shown == [text])
            #expect(world.submits.count > 2)
            for submit in world.submits { #expect(submit.message.registeredDelivery == .finalReceipt) }
        }
    }

    @Test("texts go out in the order of their time, then of their queueing")
    func order() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            for number in 1...30 { try await world.queue("text \(number)", by: alice, message: Int64(number)) }
            try await world.startBound()
            try await eventually("all are there") { world.shown.count == 30 }
            #expect(world.shown == (1...30).map { "text \($0)" })
        }
    }

    @Test("a text waits for its time, and is cancelled until then")
    func due() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            let start = ContinuousClock.now
            try await world.queue("later", by: alice, message: 1, in: 400)
            try await world.queue("never", by: alice, message: 2, in: 10_000)
            let isCancelled = try await world.store.writer.perform { (transaction) throws(StoreError) in
                try transaction.cancelOutgoing(for: ArchiveID(rawValue: 2), owner: alice)
            }
            #expect(isCancelled)
            let facts = try await world.store.reader.read { (snapshot) throws(StoreError) in
                try snapshot.facts(about: alice)
            }
            #expect(facts.kinds.first { $0.name == "texts to the phone network" }?.count == 1)
            _ = try await world.untilChanged(to: .delivered)
            // The clocks of store and test may round differently.
            #expect(ContinuousClock.now - start >= .milliseconds(390))
            try await Task.sleep(for: .milliseconds(300))
            #expect(world.shown == ["later"])
        }
    }

    @Test("a text that was due while the server was down goes out at its start")
    func dueWhileDown() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            try await world.queue("soon", by: alice, in: 150)
            try await world.startBound()
            _ = try await world.untilChanged(to: .delivered)
        }
    }

    @Test("after the connection is cut it comes back, and what waited goes out")
    func reconnect() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            try await world.startBound()
            world.smsc.send(.cut)
            try await eventually("bound again") { world.bindings == 2 }
            try await world.queue("after", by: alice)
            _ = try await world.untilChanged(to: .delivered)
            world.smsc.send(.unbind)
            try await eventually("bound a third time") { world.bindings == 3 }
        }
    }

    @Test("a wrong password isn't hammered")
    func refusedBind() async throws {
        let world = try await TextingWorld(route: {
            $0.password = "wrong"
            $0.reconnect = Backoff(first: 10, longest: 60_000)
        })
        try await withTextingWorld(world) { world in
            world.start()
            let ends = { @Sendable in world.happened.all.count { if case .unbound = $0 { true } else { false } } }
            try await eventually("refused") { ends() == 1 }
            try await Task.sleep(for: .milliseconds(400))
            #expect(ends() == 1)
            #expect(world.bindings == 0)
        }
    }

    @Test("throttling pauses everything, the refused text first, order kept")
    func throttle() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            // The ten of the window, then the first of them twice again, alone.
            world.smsc.send(.throttle(12))
            for number in 1...12 { try await world.queue("text \(number)", by: alice, message: Int64(number)) }
            try await world.startBound()
            try await eventually("all are there") { world.shown.count == 12 }
            #expect(world.shown == (1...12).map { "text \($0)" })
            #expect(world.submits.count { $0.status == .throttled } == 12)
            for number in 1...12 { _ = try await world.untilChanged(to: .delivered, of: Int64(number)) }
        }
    }

    @Test("a passing refusal is tried again, a few times")
    func retry() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.refuses(.systemError, times: 2), TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue("third time lucky", by: alice, message: 1)
            _ = try await world.untilChanged(to: .delivered)
            #expect(world.submits.count == 3)

            world.smsc.send(.set(.refuses(.systemError, times: 100), TextingWorld.eve.digits))
            try await world.queue("no luck", to: TextingWorld.eve, by: alice, message: 2)
            let failed = try await world.untilChanged(to: .failed, of: 2)
            #expect(failed.reason?.description.contains("ESME_RSYSERR") == true)
            #expect(world.submits.count == 3 + SegmentLine.maximumTries)
        }
    }

    @Test("a final refusal fails the text at once, and its other parts stay here")
    func refused() async throws {
        let world = try await TextingWorld(route: { $0.window = 1 })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.refuses(.invalidDestination, times: 100), TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue(String(repeating: "long ", count: 100), by: alice)
            let failed = try await world.untilChanged(to: .failed)
            #expect(failed.reason?.description.contains("ESME_RINVDSTADR") == true)
            try await Task.sleep(for: .milliseconds(100))
            #expect(world.submits.count == 1)
            #expect(world.events.changes.all.count == 1)
        }
    }

    @Test("a text that isn't answered is unknown and never sent again, over restarts too")
    func unanswered() async throws {
        let world = try await TextingWorld(route: { $0.responseTimeout = 200 })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.silent, TextingWorld.bob.digits))
            try await world.startBound()
            let id = try await world.queue("hello?", by: alice)
            let unknown = try await world.untilChanged(to: .unknown)
            #expect(unknown.reason != nil)
            #expect(try await world.state(of: id) == .unknown)
            world.smsc.send(.set(.normal, TextingWorld.bob.digits))
            world.smsc.send(.cut)
            try await eventually("bound again") { world.bindings == 2 }
            try await world.queue("next", by: alice, message: 2)
            _ = try await world.untilChanged(to: .delivered, of: 2)
            #expect(world.shown == ["next"])
            try await world.stop()

            try await withTextingWorld(try await TextingWorld(folder: try world.folderAfterCrash())) { later in
                try await later.startBound()
                try await Task.sleep(for: .milliseconds(300))
                #expect(later.submits.isEmpty)
                #expect(later.events.changes.all.isEmpty)
            }
        }
    }

    @Test("a text that was being sent when the power went is unknown at the next start, and not sent again")
    func interrupted() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.silent, TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue("hello?", by: alice)
            try await eventually("submitted") { world.submits.count == 1 }
            try await withTextingWorld(try await TextingWorld(folder: try world.folderAfterCrash())) { later in
                try await later.startBound()
                let unknown = try await later.untilChanged(to: .unknown)
                #expect(unknown.owner == alice)
                #expect(unknown.number.isEqual(to: TextingWorld.bob.digits.utf8))
                #expect(unknown.reason == .interrupted)
                try await Task.sleep(for: .milliseconds(200))
                #expect(later.submits.isEmpty)
            }
            world.smsc.send(.cut)
        }
    }

    @Test("the connection breaks while a text is unanswered: unknown, not sent again")
    func cut() async throws {
        try await withTextingWorld(try await TextingWorld()) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.set(.silent, TextingWorld.bob.digits))
            try await world.startBound()
            try await world.queue("hello?", by: alice)
            try await eventually("submitted") { world.submits.count == 1 }
            world.smsc.send(.cut)
            _ = try await world.untilChanged(to: .unknown)
            try await eventually("bound again") { world.bindings == 2 }
            try await Task.sleep(for: .milliseconds(200))
            #expect(world.submits.count == 1)
        }
    }

    @Test("at a stop in good order nothing is lost: texts not begun wait for the next start, with their allowance")
    func gracefulStop() async throws {
        let world = try await TextingWorld(
            settings: { $0.segmentsPerDay = 3 },
            route: {
                $0.window = 3
                $0.throttle = Backoff(first: 60_000, longest: 60_000)
            })
        try await withTextingWorld(world) { world in
            let alice = try await world.join("alice")
            world.smsc.send(.throttle(1))
            for number in 1...3 { try await world.queue("text \(number)", by: alice, message: Int64(number)) }
            try await world.startBound()
            try await eventually("the first was refused") { world.submits.count { $0.status == .throttled } >= 1 }
            try await world.stop()
            let sent = world.shown.count
            try await withTextingWorld(
                try await TextingWorld(folder: try world.folderAfterCrash(), settings: { $0.segmentsPerDay = 3 })
            ) { later in
                try await later.startBound()
                try await eventually("the rest is sent") { later.shown.count == 3 - sent }
            }
        }
    }
}
